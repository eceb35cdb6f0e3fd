import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect, type Session, withSession } from '../../../electron/sql/connect.ts';
import { startPostgres, type TestPostgres } from '../../support/postgres.ts';

let postgres: TestPostgres;

beforeAll(async () => {
  postgres = await startPostgres();
});

afterAll(() => postgres[Symbol.asyncDispose]());

/** What is warned of while work is done. */
async function warningsOf(work: (session: Session) => Promise<unknown>): Promise<string[]> {
  const warnings: string[] = [];
  const note = (warning: Error & { code?: string }): void => void warnings.push(warning.code ?? '');
  process.throwDeprecation = false;
  process.on('warning', note);
  try {
    await withSession(postgres.server.admin, {}, work);
    await new Promise((resolve) => setImmediate(resolve));
  } finally {
    process.off('warning', note);
    process.throwDeprecation = true;
  }
  return warnings;
}

describe('a session', () => {
  it('warns where it is given a second statement while it runs one', async () => {
    const two = await warningsOf((session) =>
      Promise.all([session.query('SELECT 1'), session.query('SELECT 2')]),
    );
    expect(two).toEqual(['ROCKPOOL_TWO_STATEMENTS']);
  });

  it('warns of nothing where a statement follows another, a failed one too', async () => {
    const none = await warningsOf(async (session) => {
      await session.query('SELECT 1');
      await session.query('SELECT 1 / 0').catch(() => {});
      await session.query('SELECT 2');
    });
    expect(none).toEqual([]);
  });

  it('is closed with a statement under way, which fails', async () => {
    const session = await connect(postgres.server.admin);
    const slow = session.query('SELECT pg_sleep(60)');
    await Promise.all([session.close(), expect(slow).rejects.toThrow()]);
  });
});
