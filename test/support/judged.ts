import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { readFiles } from './files.ts';
import { type Pattern, patternsOf } from './patterns.ts';

// Its other engines are programs and archives of their own; this one is JavaScript.
process.env.RECHECK_SYNC_BACKEND = 'pure';
const { checkSync } = createRequire(import.meta.url)('recheck') as typeof import('recheck');

const list = join(import.meta.dirname, 'judged.txt');

/** All patterns of what is shipped; the page's too, since outside text meets them there. */
export function shippedPatterns(): Pattern[] {
  return patternsOf(readFiles(['electron', 'renderer'], ['.ts', '.tsx']));
}

/** By what the list knows a pattern. */
export function keyOf({ source, flags }: Pattern): string {
  return createHash('sha256').update(`${source}/${flags}`).digest('hex').slice(0, 16);
}

/** Patterns that were judged linear before: judging all takes minutes. The full run judges them again. */
export function judgedBefore(): ReadonlySet<string> {
  return new Set(readFileSync(list, 'utf8').split('\n'));
}

/** `safe`, or how the time of a pattern grows with a text that is made for it, or that this cannot be told. */
export function judge({ source, flags }: Pattern): string {
  const found = checkSync(source, flags.replace('v', 'u').replace('d', ''), { timeout: 300_000 });
  if (found.status === 'safe') return 'safe';
  return found.status === 'vulnerable' ? found.complexity.summary : found.status;
}

// Adds to the list what is linear, and says what is not; with --all everything is judged anew.
if (import.meta.main) {
  const known = new Set(process.argv.includes('--all') ? [] : judgedBefore());
  const patterns = shippedPatterns();
  for (const pattern of patterns) {
    if (known.has(keyOf(pattern))) continue;
    const verdict = judge(pattern);
    if (verdict === 'safe') known.add(keyOf(pattern));
    else console.log(`${pattern.path}: /${pattern.source}/${pattern.flags}: ${verdict}`);
    const keys = new Set(patterns.map(keyOf).filter((key) => known.has(key)));
    writeFileSync(list, `${[...keys].toSorted().join('\n')}\n`);
  }
}
