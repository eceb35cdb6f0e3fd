import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Page } from 'playwright';

interface Finding {
  readonly id: string;
  readonly nodes: readonly { readonly target: readonly string[]; readonly failureSummary?: string }[];
}

const script = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

/** What axe finds wrong with a page as it is shown now, each with its place; empty for a sound one. */
export async function findViolations(page: Page): Promise<string[]> {
  await page.evaluate(await readFile(script, 'utf8'));
  // What fades in has not its own colours yet.
  await page.evaluate(
    `Promise.all(document.getAnimations()
      .filter((each) => each.effect.getComputedTiming().endTime !== Infinity)
      .map((each) => each.finished.catch(() => {})))`,
  );
  const violations = await page.evaluate(async () => {
    const { axe } = globalThis as unknown as { axe: { run(): Promise<{ violations: Finding[] }> } };
    return (await axe.run()).violations;
  });
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id}: ${target.join(' ')} ${failureSummary ?? ''}`),
  );
}
