// What axe finds wrong on the page as it stands, and what a dialog or a drawer cuts off.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Visit } from './visit';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

interface Finding {
  readonly id: string;
  readonly help: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[];
}

export async function findings(one: Visit): Promise<string[]> {
  await one.page.evaluate(AXE);
  const found = await one.page.evaluate(async () => {
    const { axe } = window as unknown as { axe: { run(): Promise<{ violations: unknown[] }> } };
    return (await axe.run()).violations;
  });
  const told = (found as Finding[]).map(
    (one) =>
      `${one.id}: ${one.help}\n${one.nodes.map((node) => `${node.html}\n${node.failureSummary}`).join('\n')}`,
  );
  return [...told, ...(await cutOff(one))];
}

/** Things to press or fill in that lie beyond the edge of their dialog, where nobody can reach them. */
async function cutOff(one: Visit): Promise<string[]> {
  return one.page.evaluate(() =>
    [...document.querySelectorAll('[role=dialog]')].flatMap((dialog) => {
      const edge = dialog.getBoundingClientRect().right + 1;
      const parts = [...dialog.querySelectorAll('button, a, input, select, textarea')];
      const scrolls = (part: Element): boolean =>
        part.parentElement !== null &&
        part.parentElement !== dialog &&
        ((part.parentElement.className.toString().startsWith('hp-') &&
          ['auto', 'scroll'].includes(getComputedStyle(part.parentElement).overflowX)) ||
          scrolls(part.parentElement));
      return parts
        .filter((part) => part.getBoundingClientRect().right > edge && !scrolls(part))
        .map((part) => `cut off by its dialog: ${part.outerHTML.slice(0, 200)}`);
    }),
  );
}
