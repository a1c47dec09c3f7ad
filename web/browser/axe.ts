// What axe finds wrong on the page as it stands.

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
  return (found as Finding[]).map(
    (one) =>
      `${one.id}: ${one.help}\n${one.nodes.map((node) => `${node.html}\n${node.failureSummary}`).join('\n')}`,
  );
}
