// A day that somebody chose as an end, as the moment that the API takes: the day still counts, in UTC.

export function endOfDay(day: string): string {
  return `${day}T23:59:59Z`;
}

/** The day that lies so many days after a moment, as a date field takes it. */
export function dayAfter(from: Date, days: number): string {
  return new Date(from.getTime() + days * 86_400_000).toISOString().slice(0, 10);
}
