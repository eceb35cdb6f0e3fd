import type { Random } from '../random.ts';

const FILES: readonly (readonly [stem: string, extension: string, type: string, megabytes: number])[] = [
  ['floor plan, level 2', 'pdf', 'application/pdf', 6],
  ['offer', 'pdf', 'application/pdf', 1],
  ['Übersicht', 'ods', 'application/vnd.oasis.opendocument.spreadsheet', 2],
  ['cost plan', 'ods', 'application/vnd.oasis.opendocument.spreadsheet', 1],
  ['photo', 'jpg', 'image/jpeg', 8],
  ['screenshot', 'png', 'image/png', 2],
  ['minutes', 'md', 'text/markdown', 0.05],
  ['brand guide', 'pdf', 'application/pdf', 24],
  ['export', 'csv', 'text/csv', 3],
  ['radio spot', 'wav', 'audio/wav', 12],
  ['all drawings', 'zip', 'application/zip', 80],
];

/** A file that somebody adds to a task. */
export function nameFile(random: Random): { fileName: string; contentType: string; sizeBytes: number } {
  const [stem, extension, contentType, megabytes] = random.pick(FILES);
  const tail = random.weighted({ '': 5, ' v2': 2, ' (final)': 1, ' (1)': 1, _signed: 1 });
  const sizeBytes = Math.floor((0.1 + random.next() * random.next() * 2) * megabytes * 1_000_000);
  return { fileName: `${stem}${tail}.${extension}`, contentType, sizeBytes };
}
