import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Page } from 'playwright';

interface Finding {
  readonly id: string;
  readonly nodes: readonly { readonly target: readonly string[]; readonly failureSummary?: string }[];
}

const script = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

/**
 * What axe finds wrong with a page as it is shown now, each with its place; empty for a sound one. `rules` limits what
 * it looks at.
 */
export async function findViolations(page: Page, rules: readonly string[] | null = null): Promise<string[]> {
  await page.evaluate(await readFile(script, 'utf8'));
  // What fades in has not its own colours yet.
  await page.evaluate(
    `Promise.all(document.getAnimations()
      .filter((each) => each.effect.getComputedTiming().endTime !== Infinity)
      .map((each) => each.finished.catch(() => {})))`,
  );
  const violations = await page.evaluate(async (only) => {
    const { axe } = globalThis as unknown as {
      axe: { run(options: object): Promise<{ violations: Finding[] }> };
    };
    const options = only === null ? {} : { runOnly: { type: 'rule', values: only } };
    return (await axe.run(options)).violations;
  }, rules);
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id}: ${target.join(' ')} ${failureSummary ?? ''}`),
  );
}
