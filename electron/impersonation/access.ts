import { type ConnectOptions, connect, type Session, withSession } from '../sql/connect.ts';
import { sqlState } from '../sql/errors.ts';
import { quoteName } from '../sql/quote.ts';
import type { Core } from '../state/core.ts';
import type { Live } from './session.ts';

const settings: NonNullable<ConnectOptions['settings']> = [
  ['search_path', 'pg_catalog'],
  ['default_transaction_read_only', 'on'],
  ['statement_timeout', '20s'],
  ['DateStyle', 'ISO, MDY'],
  ['client_min_messages', 'error'],
];

const reader = 'rp_reader';
const notAllowed = '42501';

/**
 * Opens a session that reads a live. As the `reader`, which row security hides nothing from but which may not enter views,
 * since they are code of the dataset; or as the install's own user.
 */
export async function openReader(
  core: Core,
  live: Live,
  as: 'reader' | 'user',
  signal?: AbortSignal,
): Promise<Session> {
  const { server, name } = live;
  const password = core.secrets.get(`${server.name}/${as === 'reader' ? reader : name}`);
  if (as === 'reader' && password === null) return openReader(core, live, 'user', signal);
  const address = server.address(as === 'reader' ? reader : name, password ?? '', name);
  try {
    return await connect(address, { settings, signal });
  } catch (error) {
    if (as === 'user' || sqlState(error) !== notAllowed) throw error;
    await withSession(server.admin, {}, (admin) =>
      admin.query(`GRANT CONNECT ON DATABASE ${quoteName(name)} TO ${reader}`),
    );
    return connect(address, { settings, signal });
  }
}
