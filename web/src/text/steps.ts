// Steps of a test as somebody writes them: one on a line, what is done | what must be seen.

export interface WrittenStep {
  readonly action: string;
  readonly expected: string;
}

/** The steps of a text; nothing when a line has only one half, because the other must not be made up. */
export function stepsOf(text: string): WrittenStep[] | undefined {
  const found: WrittenStep[] = [];
  for (const line of text.split(/\r?\n/)) {
    if (line.trim() === '') {
      continue;
    }
    const cut = line.indexOf('|');
    const action = line.slice(0, cut).trim();
    const expected = line.slice(cut + 1).trim();
    if (cut < 0 || action === '' || expected === '') {
      return undefined;
    }
    found.push({ action, expected });
  }
  return found.length > 0 ? found : undefined;
}

/** The same text again, for changing it. */
export function stepText(steps: readonly WrittenStep[]): string {
  return steps.map((step) => `${step.action} | ${step.expected}`).join('\n');
}
