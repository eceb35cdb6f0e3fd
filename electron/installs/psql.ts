import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { RockpoolError } from '../contract/errors.ts';
import { writeDurable } from '../state/durable.ts';
import { startServer } from './connect.ts';
import { newId } from './live.ts';
import type { Parts } from './parts.ts';
import { getInstall } from './records.ts';

/** Starts psql with the given variables and words, and returns its exit code, or `missing` where there is none. */
export type RunPsql = (
  environment: Record<string, string>,
  args: readonly string[],
) => Promise<number | 'missing'>;

/**
 * Opens psql on an install. The password goes by a 0600 file that lives as long as psql does: never by its words
 * or variables, which others can see (F4).
 */
export async function openPsql(parts: Parts, name: string, run: RunPsql): Promise<{ exitCode: number }> {
  const { core } = parts;
  const install = getInstall(core.state, name);
  const server = await startServer(parts, install.server);
  const password = core.secrets.get(`${install.server}/${name}`) ?? '';
  const file = join(core.paths.secrets, `psql-${newId()}.pgpass`);
  await writeDurable(file, `${server.host}:${server.port}:${name}:${name}:${password}\n`, 0o600);
  try {
    const args = ['--host', server.host, '--port', String(server.port), '--username', name, '--dbname', name];
    const exitCode = await run({ PGPASSFILE: file }, args);
    if (exitCode !== 'missing') return { exitCode };
  } finally {
    await rm(file, { force: true });
  }
  throw new RockpoolError('not_available', 'There is no psql on this machine.', {
    hint: `Connect with any other client: rockpool url ${name}`,
    detail: { install: name },
  });
}
