// What somebody wrote line by line: trimmed, each once, without empty lines.

export function lines(text: string): string[] {
  const all = text.split(/\r?\n/).map((line) => line.trim());
  return [...new Set(all.filter((line) => line !== ''))];
}
