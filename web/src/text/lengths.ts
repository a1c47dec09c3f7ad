// Lengths of time that people write and read, and whole numbers as they are typed.

/** `3 d`, `5 h`, `30 min`: a length in its largest whole unit. */
export function length(minutes: number): string {
  if (minutes % 1440 === 0 && minutes > 0) {
    return `${minutes / 1440} d`;
  }
  return minutes % 60 === 0 && minutes > 0 ? `${minutes / 60} h` : `${minutes} min`;
}

/** The whole number that somebody typed; nothing when it is none, is below 0, or is empty. */
export function typed(text: string): number | undefined {
  return /^\d{1,9}$/.test(text.trim()) ? Number(text.trim()) : undefined;
}
