// A long text whose end matters as much as its beginning: it is cut in the middle, whole on hover.

/** So many letters of the end are always shown. */
const TAIL = 16;

export function Middle({ text }: { text: string }) {
  const cut = Math.max(0, text.length - TAIL);
  return (
    <span className="hp-middle" title={text}>
      <span>{text.slice(0, cut)}</span>
      <span>{text.slice(cut)}</span>
    </span>
  );
}
