import type { LargeObject } from '../archives/contents.ts';
import { sqlState, translateError } from '../sql/errors.ts';
import type { Filling } from './filling.ts';
import type { Room } from './room.ts';
import type { Worker } from './worker.ts';

// One message each; a parameter that is larger only takes memory.
const pieceBytes = 1024 * 1024;
const objectsPerCommit = 1000;

/** Makes the large objects of an archive and fills them, as the owner's. Throws `sql_failed`. */
export async function addLargeObjects({ crew, meter, room, request }: Filling): Promise<void> {
  const { largeObjects = [] } = request.contents;
  if (largeObjects.length === 0) return;
  await crew.run(0, async (worker) => {
    await worker.clear();
    const { session } = worker;
    const made = new Set<number>();
    meter.describe('Loading large objects');
    for (const { file, sizeBytes, open } of largeObjects) {
      let count = 0;
      await session.query('BEGIN');
      for await (const object of open(crew.signal)) {
        crew.signal.throwIfAborted();
        try {
          await addObject(worker, object, made, room);
        } catch (error) {
          if (sqlState(error) === null) throw error;
          throw translateError(error, {
            what: `Loading large object ${object.oid} of ${file}`,
            detail: { file },
          });
        }
        count++;
        if (count % objectsPerCommit === 0) await session.script('COMMIT; BEGIN');
      }
      await session.query('COMMIT');
      meter.done(sizeBytes);
    }
  });
}

async function addObject(
  { session }: Worker,
  { oid, body }: LargeObject,
  made: Set<number>,
  room: Room,
): Promise<void> {
  if (!made.has(oid)) await session.query('SELECT pg_catalog.lo_create($1::oid)', [oid]);
  made.add(oid);
  let offset = 0;
  for await (const piece of piecesOf(body)) {
    await room.take(piece.length);
    await session.query('SELECT pg_catalog.lo_put($1::oid, $2::bigint, $3::bytea)', [oid, offset, piece]);
    offset += piece.length;
  }
}

async function* piecesOf(body: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let parts: Buffer[] = [];
  let length = 0;
  for await (const chunk of body) {
    parts.push(Buffer.from(chunk));
    length += chunk.length;
    if (length < pieceBytes) continue;
    yield Buffer.concat(parts);
    parts = [];
    length = 0;
  }
  if (length > 0) yield Buffer.concat(parts);
}
