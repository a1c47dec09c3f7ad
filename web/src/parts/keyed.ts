// Keys for rows that have no id of their own: their text, and for equal texts how many came before.

export interface Keyed<Item> {
  readonly key: string;
  readonly item: Item;
}

export function keyed<Item>(items: readonly Item[], text: (item: Item) => string): Keyed<Item>[] {
  const seen = new Map<string, number>();
  return items.map((item) => {
    const own = text(item);
    const before = seen.get(own) ?? 0;
    seen.set(own, before + 1);
    return { key: before === 0 ? own : `${own} ${before}`, item };
  });
}
