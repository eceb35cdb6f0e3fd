import type { Command } from 'commander';
import type { BrowseResult, Cell } from '../../../contract/browse.ts';
import { formatBytes, formatCount, formatTable, printable } from '../output.ts';
import { runAction } from '../run.ts';
import { readLimit } from '../words.ts';

interface Flags {
  readonly json?: boolean;
  readonly where: string[];
  readonly limit: number;
  readonly after?: string;
}

/** browse. */
export function addBrowseCommands(program: Command): void {
  program
    .command('browse <name> [table]')
    .description('the tables of an install, or rows of one')
    .option(
      '--where <condition>',
      'only rows with column=value; < <= > >= <> do too; several are all to hold',
      (text: string, before: string[]) => [...before, text],
      [] as string[],
    )
    .option('--limit <n>', 'how many rows at most', readLimit, 100)
    .option('--after <next>', 'go on behind the "next" of a former answer')
    .addHelpText(
      'after',
      '\nExamples:\n  rockpool browse acme\n  rockpool browse acme users --where role=admin --limit 20',
    )
    .action((name: string, table: string | undefined, { json, where, limit, after }: Flags) =>
      runAction(json === true, {
        act: (app, watch) =>
          app.browse(name, { table: table ?? null, where, limit, after: after ?? null }, watch.signal),
        format: (result) => (table === undefined ? formatTables(result) : formatRows(result)),
      }),
    );
}

function formatTables({ rows }: BrowseResult): string {
  if (rows.length === 0) return 'There are no tables.';
  const lines = rows.map(([schema, name, kind, count, bytes, , , changed]) => [
    schema === 'public' ? textOf(name) : `${textOf(schema)}.${textOf(name)}`,
    textOf(kind),
    formatCount(numberOf(count)),
    formatBytes(numberOf(bytes)),
    changed === '0' ? '' : `about ${formatCount(numberOf(changed))}`,
  ]);
  return formatTable(['table', 'kind', '>rows', '>size', '>changed'], lines);
}

const widest = 60;

function formatRows({ columns, rows, next }: BrowseResult): string {
  const lines = rows.map((row) => row.map((cell) => shorten(cell === null ? 'NULL' : textOf(cell))));
  const more = next === null ? '' : '\n… and more: --limit shows them.';
  return `${formatTable(
    columns.map(({ name }) => printable(name)),
    lines,
  )}${more}`;
}

function shorten(text: string): string {
  const line = text.replace(/\s+/g, ' ');
  return line.length > widest ? `${line.slice(0, widest - 1)}…` : line;
}

function textOf(cell: Cell | undefined): string {
  if (cell == null) return '';
  return typeof cell === 'string' ? cell : cell.text;
}

function numberOf(cell: Cell | undefined): number | null {
  return cell == null ? null : Number(textOf(cell));
}
