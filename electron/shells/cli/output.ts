import { formatBytes as sayBytes } from '../../contract/bytes.ts';

/** Bytes as people read them: three figures at most, decimal units; a dash for what is not known. */
export function formatBytes(bytes: number | null): string {
  return bytes === null ? '–' : sayBytes(bytes);
}

/** A number with its thousands apart; an em dash for what is not known. */
export function formatCount(count: number | null): string {
  return count === null ? '–' : count.toLocaleString('en-US');
}

/** One thing or several: `1 table`, `12 tables`. */
export function plural(count: number, one: string, several = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : several}`;
}

/** A duration to two figures: `38 ms`, `1.2 s`, `3 min 10 s`. */
export function formatDuration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 10_000) return `${(ms / 1000).toFixed(1)} s`;
  if (ms < 60_000) return `${Math.round(ms / 1000)} s`;
  if (ms < 3_600_000) return `${Math.floor(ms / 60_000)} min ${Math.round((ms % 60_000) / 1000)} s`;
  return `${Math.floor(ms / 3_600_000)} h ${Math.round((ms % 3_600_000) / 60_000)} min`;
}

/** How long ago, as `5 min ago`; the date where that says more. */
export function formatAgo(iso: string | null, now = Date.now()): string {
  if (iso === null) return '–';
  const seconds = Math.max(0, Math.round((now - Date.parse(iso)) / 1000));
  if (seconds < 60) return 'just now';
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ago`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h ago`;
  if (seconds < 14 * 86_400) return plural(Math.floor(seconds / 86_400), 'day').concat(' ago');
  return iso.slice(0, 10);
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
const obeyed = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/** Makes text of the outside harmless for a terminal: what it would obey or turn around becomes visible. */
export function printable(text: string): string {
  return text.replace(obeyed, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** The same for one line of several: what stands in it begins no other. */
export function onOneLine(text: string): string {
  return printable(text).replaceAll('\n', '\\n').replaceAll('\t', '\\t');
}

/** Rows under a head, in columns; columns whose head starts with `>` stand to the right. */
export function formatTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const titles = head.map((title) => title.replace(/^>/, ''));
  const all = [titles, ...rows.map((row) => row.map(onOneLine))];
  const widths = titles.map((_, column) => Math.max(...all.map((row) => (row[column] ?? '').length)));
  const lines = all.map((row) =>
    row
      .map((cell, column) => {
        const width = widths[column] ?? 0;
        return head[column]?.startsWith('>') ? cell.padStart(width) : cell.padEnd(width);
      })
      .join('  ')
      .trimEnd(),
  );
  return lines.join('\n');
}
