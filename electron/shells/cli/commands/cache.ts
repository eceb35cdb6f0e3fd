import { type Command, InvalidArgumentError } from 'commander';
import { formatAgo, formatBytes, formatTable, plural } from '../output.ts';
import { runAction } from '../run.ts';
import { readLimit } from '../words.ts';

interface Json {
  readonly json?: boolean;
}

interface PruneFlags extends Json {
  readonly keep?: number;
  readonly olderThan?: number;
  readonly maxBytes?: number;
  readonly dryRun?: boolean;
}

/** cache list, cache prune. */
export function addCacheCommands(program: Command): void {
  const cache = program
    .command('cache')
    .description('what has been pulled, so that it can be installed offline');

  cache
    .command('list')
    .description('pulled revisions; those that installs need are pinned')
    .action((flags: Json) =>
      runAction(flags.json === true, {
        act: async (app) => ({ entries: app.listCache() }),
        format: ({ entries }) => {
          if (entries.length === 0) return 'Nothing has been pulled yet.';
          const rows = entries.map((entry) => [
            entry.dataset,
            entry.revision,
            formatBytes(entry.bytes),
            formatAgo(entry.lastUsedAt),
            entry.pinned ? 'pinned' : '',
          ]);
          return formatTable(['dataset', 'revision', '>size', 'last used', ''], rows);
        },
      }),
    );

  cache
    .command('prune [dataset]')
    .description('remove pulled revisions that nothing needs: all of a dataset, or by number, age or size')
    .usage('[DATASET[@REVISION]]  [options]')
    .option('--keep <n>', 'how many of each dataset stay', readLimit)
    .option('--older-than <duration>', 'not used for so long: 12h, 30d, 8w', readDuration)
    .option('--max-bytes <bytes>', 'until the cache is not larger: 500MB, 20GB', readBytes)
    .option('--dry-run', 'say what would go, and remove nothing')
    .addHelpText(
      'after',
      '\nExamples:\n  rockpool cache prune --keep 2 --dry-run\n  rockpool cache prune --older-than 30d\n  rockpool cache prune 8f1c2d3e-6a4b-4c5d-9e7f-0a1b2c3d4e5f',
    )
    .action((name: string | undefined, flags: PruneFlags) =>
      runAction(flags.json === true, {
        act: async (app) => {
          const { removed, kept, freedBytes } = await app.pruneCache({
            ...datasetOf(name),
            keep: flags.keep,
            olderThanMs: flags.olderThan,
            maxBytes: flags.maxBytes,
            dryRun: flags.dryRun,
          });
          return { removed, kept, freedBytes, dryRun: flags.dryRun === true };
        },
        format: ({ removed, kept, freedBytes, dryRun }) => {
          const names = removed.map(
            (entry) => `${entry.dataset} @ ${entry.revision}  ${formatBytes(entry.bytes)}`,
          );
          const verb = dryRun ? 'would be' : removed.length === 1 ? 'was' : 'were';
          return [
            ...names,
            ...(kept ?? []).map(
              (entry) => `${entry.dataset} @ ${entry.revision}  stays: an install or a job needs it`,
            ),
            `${plural(removed.length, 'revision')} ${verb} removed, ${formatBytes(freedBytes)} freed.`,
          ].join('\n');
        },
      }),
    );
}

/** A dataset as `cache list` calls it, or as `install` does: with its source before a slash, and a revision behind @. */
function datasetOf(name: string | undefined): { dataset?: string; revision?: string } {
  if (name === undefined) return {};
  const [, dataset = name, revision] = /^(.+?)(?:@([^@]+))?$/.exec(name) ?? [];
  return {
    dataset: dataset.slice(dataset.lastIndexOf('/') + 1),
    ...(revision !== undefined && { revision }),
  };
}

const hourMs = 3_600_000;
const durations: Record<string, number> = { h: hourMs, d: 24 * hourMs, w: 7 * 24 * hourMs };

function readDuration(text: string): number {
  const found = /^(\d{1,6})([hdw])$/.exec(text);
  const unitMs = durations[found?.[2] ?? ''];
  if (found?.[1] !== undefined && unitMs !== undefined) return Number(found[1]) * unitMs;
  throw new InvalidArgumentError('A duration is a number with h, d or w: 12h, 30d, 8w.');
}

const sizes: Record<string, number> = { '': 1, kb: 1e3, mb: 1e6, gb: 1e9, tb: 1e12 };

function readBytes(text: string): number {
  const found = /^(\d{1,15})\s*([kmgt]b)?$/i.exec(text);
  const unit = sizes[found?.[2]?.toLowerCase() ?? ''];
  if (found?.[1] !== undefined && unit !== undefined) return Number(found[1]) * unit;
  throw new InvalidArgumentError('A size is a number of bytes, or one with kB, MB, GB or TB.');
}
