import type { Command } from 'commander';
import type { DemoStatements, DressWish, Preview, PreviewedStatement } from '../../../contract/demo.ts';
import { RockpoolError } from '../../../contract/errors.ts';
import type { ResetResult } from '../../../contract/install.ts';
import { formatDuration, formatTable, plural, printable } from '../output.ts';
import { runAction } from '../run.ts';
import { readPair } from '../words.ts';

interface DressFlags {
  readonly json?: boolean;
  readonly profile?: string;
  readonly set?: Record<string, string>;
  readonly plain?: boolean;
}

/** reset, statements. */
export function addDemoCommands(program: Command): void {
  program
    .command('reset [name]')
    .description(
      'put a fresh copy in place, dressed for the demo: everything done to the data since is undone',
    )
    .option('--profile <p>', 'turn this profile on and apply it')
    .option('--set <key=value...>', 'values for this once, in place of the profile’s', readPair)
    .option('--plain', 'leave the demo statements out this once')
    .option('--all', 'reset all installs, one after the other')
    .addHelpText(
      'after',
      '\nExamples:\n  rockpool reset acme\n  rockpool reset acme --profile globex\n  rockpool reset acme --set company_name="Globex & Sons"\n  rockpool reset --all',
    )
    .action((name: string | undefined, flags: DressFlags & { all?: boolean }) => {
      if (flags.all === true) return resetAll(flags);
      return runAction(flags.json === true, {
        act: (app, watch) => app.resetInstall(required(name, 'rockpool reset NAME'), watch, dressOf(flags)),
        format: formatReset,
      });
    });

  program
    .command('statements <name> <action> [file]')
    .description('the demo statements of an install: set FILE.sql, show, preview, clear')
    .usage('NAME set FILE.sql | show | preview [--profile P | --set key=value …] | clear')
    .option('--profile <p>', 'preview with this profile')
    .option('--set <key=value...>', 'preview with these values', readPair)
    .addHelpText(
      'after',
      '\nA statement names its parameters: UPDATE company SET name = %(company_name)s;\n\nExamples:\n  rockpool statements acme set demo.sql\n  rockpool statements acme preview --profile globex',
    )
    .action((name: string, action: string, file: string | undefined, flags: DressFlags) => {
      const json = flags.json === true;
      switch (action) {
        case 'set':
          return runAction(json, {
            act: (app) =>
              app.setStatementsFile(name, required(file, `rockpool statements ${name} set FILE.sql`)),
            format: (shown) =>
              `${formatStatements(shown)}\nThe next reset applies them: rockpool reset ${name}`,
          });
        case 'show':
          return runAction(json, { act: (app) => app.showStatements(name), format: formatStatements });
        case 'clear':
          return runAction(json, {
            act: async (app) => {
              app.clearStatements(name);
              return { cleared: true };
            },
            format: () =>
              `${name} has no demo statements any more; its live stays as it is until the next reset.`,
          });
        case 'preview':
          return runAction(json, {
            act: (app, watch) => app.previewStatements(name, dressOf(flags), watch),
            format: formatPreview,
          });
        default:
          return runAction(json, { act: () => Promise.reject(unknownAction(action)), format: () => '' });
      }
    });
}

function resetAll(flags: DressFlags): Promise<void> {
  return runAction(flags.json === true, {
    act: async (app, watch) => {
      const result = await app.resetAll(dressOf(flags), watch);
      if (result.failed.length > 0) process.exitCode = 1;
      return result;
    },
    format: ({ resets, failed }) =>
      [
        ...resets.map(formatReset),
        ...failed.map(({ name, message, code }) => printable(`${name} was not reset: ${message} (${code})`)),
      ].join('\n'),
  });
}

/** The wish that the flags of a command say. */
export function dressOf({ profile, set, plain }: DressFlags): DressWish {
  return {
    ...(profile === undefined ? {} : { profile }),
    ...(set === undefined ? {} : { set: { ...set } }),
    ...(plain === undefined ? {} : { plain }),
  };
}

function required(word: string | undefined, usage: string): string {
  if (word !== undefined) return word;
  throw new RockpoolError('usage', 'A word is missing.', { hint: usage });
}

function unknownAction(action: string): RockpoolError {
  return new RockpoolError('usage', `${JSON.stringify(action)} is nothing that statements can do.`, {
    hint: 'set FILE.sql, show, preview or clear.',
  });
}

function formatReset({ install, ms, ended, statements, former }: ResetResult): string {
  const dressed =
    statements.applied === 0
      ? 'is clean again'
      : `is ready: ${plural(statements.applied, 'statement')}, ${plural(statements.rows, 'row')}`;
  return `${install.name} ${dressed}; unreachable for ${formatDuration(ms.switch)}, ${plural(ended, 'session')} ended, ${formatDuration(ms.total)} in all.${keptOf(install.name, former)}\n${install.url}`;
}

function keptOf(name: string, former: ResetResult['former']): string {
  if (former === null) return '';
  return `\nWhat was there before stays until ${former.expiresAt}: rockpool snapshot restore ${name} '${former.label}'`;
}

function formatStatements({ file, statements, parameters, profile }: DemoStatements): string {
  const rows = parameters.map((each) => [
    each.name,
    each.label ?? '',
    each.kind,
    each.default ?? '',
    each.lines.join(', '),
  ]);
  const table =
    rows.length === 0
      ? 'no parameters'
      : formatTable(['parameter', 'label', 'kind', 'default', 'lines'], rows);
  const list = statements.map(({ line, sql }) => printable(`${line}: ${sql}`)).join('\n');
  return `${list}\n\n${table}\n${plural(statements.length, 'statement')}${file === null ? '' : ` of ${file}`}, profile ${profile ?? 'none'}`;
}

function formatPreview({ statements, ms, unused }: Preview): string {
  const parts = statements.map(formatStatement);
  const note = unused.length === 0 ? '' : `\nno statement asks for: ${unused.join(', ')}`;
  return `${parts.join('\n\n')}\n${note}\nNothing was changed; ${formatDuration(ms.total)} in all.`;
}

const shownOnTerminal = 5;

function formatStatement({ line, sql, rows, changes, warnings }: PreviewedStatement): string {
  const lines = changes.flatMap(({ table, kind, rows: count, before, after }) => [
    `  ${kind} ${table}, ${plural(count, 'row')}`,
    ...Array.from({ length: Math.min(shownOnTerminal, Math.max(before.length, after.length)) }, (_, index) =>
      formatDifference(before[index], after[index]),
    ),
  ]);
  const warned = warnings.map((warning) => `  warning: ${warning}`);
  return [printable(`line ${line}: ${sql}`), `  ${plural(rows, 'row')}`, ...warned, ...lines].join('\n');
}

function formatDifference(
  before: Record<string, string | null> | undefined,
  after: Record<string, string | null> | undefined,
): string {
  if (before === undefined || after === undefined) {
    return printable(`    ${before === undefined ? '+' : '-'} ${JSON.stringify(after ?? before)}`);
  }
  const changed = Object.keys(after).filter((column) => before[column] !== after[column]);
  if (changed.length === 0) return '    (the same values)';
  return printable(
    `    ${changed.map((column) => `${column}: ${before[column] ?? 'NULL'} → ${after[column] ?? 'NULL'}`).join(', ')}`,
  );
}
