import type { TableData } from '../contents.ts';
import type { CopyTarget } from './copy.ts';
import { unreadable } from './damage.ts';
import { openRows } from './rows.ts';

/** Rows of a table that stand together in a dump. */
export interface RowBlock {
  readonly target: CopyTarget;
  readonly sizeBytes: number;
  /** `onBytes` hears how many bytes of the file were read for it so far. */
  open(onBytes: (bytes: number) => void, signal?: AbortSignal): AsyncGenerator<Buffer>;
}

/**
 * The rows of a dump by table. Blocks for the same table, as of a dump that loads partitions through their root, are
 * read one after another. Throws `format_unknown` where such blocks are written in different ways.
 */
export function listTables(file: string, encoding: string, blocks: readonly RowBlock[]): TableData[] {
  const groups = new Map<string, RowBlock[]>();
  for (const block of blocks) {
    const { schema, table } = block.target;
    const key = `${schema ?? ''}\0${table}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [block]);
    else group.push(block);
  }
  return [...groups.values()].map((group) => tableOf(file, encoding, group));
}

function tableOf(file: string, encoding: string, blocks: readonly RowBlock[]): TableData {
  const [first, ...others] = blocks as [RowBlock, ...RowBlock[]];
  const { target } = first;
  const shape = shapeOf(target);
  if (others.some((block) => shapeOf(block.target) !== shape || block.target.header)) {
    throw unreadable(
      file,
      `rows of ${target.table} come in several parts of different columns`,
      'Have it exported with pg_dump.',
      { table: target.table },
    );
  }
  return {
    file,
    schema: target.schema,
    table: target.table,
    sizeBytes: blocks.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
    open: async (signal) => {
      let before = 0;
      let current = 0;
      const readBlocks = async function* (): AsyncGenerator<Buffer> {
        for (const block of blocks) {
          yield* block.open((bytes) => {
            current = bytes;
          }, signal);
          before += block.sizeBytes;
          current = 0;
        }
      };
      return openRows(readBlocks(), target, encoding, () => before + current);
    },
  };
}

function shapeOf({ columns, format }: CopyTarget): string {
  return JSON.stringify([columns, format.kind, format.delimiter, format.nullText]);
}
