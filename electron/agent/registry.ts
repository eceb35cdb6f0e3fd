import { resolve } from 'node:path';
import { AgentRecord, AgentSeen, type AgentWish } from '../contract/agent.ts';
import { RockpoolError } from '../contract/errors.ts';
import { trimmedEnd } from '../contract/trimmed.ts';
import { readAuthority } from '../state/authority.ts';
import type { Core } from '../state/core.ts';
import { parseRecord } from '../state/database.ts';
import { type AgentClient, openClient } from './client.ts';
import type { Limits } from './exchange.ts';
import { keepJobs } from './remote-jobs.ts';
import { forgetAgentSecret, keepAgentSecret, readAgentSecret } from './secret.ts';

const namePattern = /^[a-z][a-z0-9_-]{0,30}$/;

/**
 * Remembers an agent; it is not asked whether it answers. Throws `name_invalid`, `name_taken`, `usage`, `secret_locked`,
 * and `file_unreadable` for the file of a certificate authority.
 */
export async function addAgent(core: Core, wish: AgentWish): Promise<AgentRecord> {
  const { name, secret = null, user = null, ca = null, airflow = null } = wish;
  if (!namePattern.test(name)) {
    throw new RockpoolError('name_invalid', `${JSON.stringify(name)} cannot be the name of an agent.`, {
      hint: 'It starts with a small letter and holds small letters, digits, _ and - only, 31 at most.',
      detail: { name },
    });
  }
  if (user !== null && secret === null) {
    throw new RockpoolError('usage', 'A user needs a password.', {
      hint: 'Give it on standard input: rockpool agent add … --user U --password-stdin < file',
    });
  }
  const said = {
    name,
    url: readAgentUrl(wish.url),
    airflow: airflow === null ? null : readAgentUrl(airflow).replace(/\/api\/v\d+$/, ''),
    user,
    auth: secret === null ? ('none' as const) : user === null ? ('token' as const) : ('password' as const),
    ca: ca === null ? null : resolve(ca),
  };
  if (said.ca !== null) readAuthority(said.ca);
  const isTaken = (): boolean => findAgent(core, name) !== null;
  const taken = new RockpoolError('name_taken', `There is an agent called ${name} already.`, {
    hint: `Choose another name, or forget it first: rockpool agent remove ${name}`,
    detail: { name },
  });
  if (isTaken()) throw taken;
  const kept =
    secret === null ? 'file' : await keepAgentSecret(core, name, secret, { inFile: wish.inFile === true });
  const record = { ...said, kept };
  core.state.transaction(() => {
    if (isTaken()) throw taken;
    core.state.run('INSERT INTO agents (name, record) VALUES (?, ?)', name, JSON.stringify(record));
  });
  return record;
}

/** All agents, by name. */
export function listAgents(core: Core): AgentRecord[] {
  return core.state
    .rows('SELECT record FROM agents ORDER BY name')
    .map((row) => parseRecord(AgentRecord, row));
}

/** The agent of this name. Throws `agent_not_found`. */
export function getAgent(core: Core, name: string): AgentRecord {
  const agent = findAgent(core, name);
  if (agent !== null) return agent;
  const known = listAgents(core).map((each) => each.name);
  throw new RockpoolError('agent_not_found', `There is no agent called ${name}.`, {
    hint:
      known.length === 0
        ? 'Add it: rockpool agent add NAME URL'
        : `There is ${known.slice(0, 20).join(', ')}. Add another: rockpool agent add NAME URL`,
    detail: { name, agents: known.length },
  });
}

/** Forgets an agent with its password; the jobs that it told of stay in the history. Throws `agent_not_found`. */
export async function removeAgent(core: Core, name: string): Promise<AgentRecord> {
  const agent = getAgent(core, name);
  core.state.run('DELETE FROM agents WHERE name = ?', name);
  // Nobody will tell any more how those end that have not ended.
  keepJobs(core.state, name, []);
  await forgetAgentSecret(core, agent);
  return agent;
}

const clients = new WeakMap<Core, Map<string, { readonly record: string; readonly client: AgentClient }>>();

/** The API of an agent, one and the same as long as nothing about it changes: a log-in is not done again and again. */
export async function clientOf(
  core: Core,
  agent: AgentRecord,
  limits?: Partial<Limits>,
): Promise<AgentClient> {
  const known = clients.get(core) ?? new Map();
  clients.set(core, known);
  const secret = await readAgentSecret(core, agent);
  const record = JSON.stringify([agent, secret]);
  const key = `${agent.name} ${JSON.stringify(limits)}`;
  const present = known.get(key);
  if (present?.record === record) return present.client;
  const client = openClient(agent, secret, limits);
  known.set(key, { record, client });
  return client;
}

const unseen: AgentSeen = { answeredAt: null, failure: null, agents: [], workflows: [], notices: [] };

/** What an agent answered when it was last asked. */
export function readSeen(core: Core, name: string): AgentSeen {
  const row = core.state.rows('SELECT seen AS record FROM agents WHERE name = ?', name)[0];
  return row === undefined || row.record === null ? unseen : parseRecord(AgentSeen, row);
}

/** Keeps what an agent answered, where that is another thing than before. */
export function writeSeen(core: Core, name: string, seen: AgentSeen): void {
  const text = JSON.stringify(seen);
  core.state.run('UPDATE agents SET seen = ? WHERE name = ? AND seen IS NOT ?', text, name, text);
}

function findAgent(core: Core, name: string): AgentRecord | null {
  const row = core.state.rows('SELECT record FROM agents WHERE name = ?', name)[0];
  return row === undefined ? null : parseRecord(AgentRecord, row);
}

/** Reads the address of an agent, without a slash at its end. Throws `usage`. */
function readAgentUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    throw new RockpoolError('usage', 'This is no address of an agent.', {
      hint: 'Give the URL of its API, such as http://127.0.0.1:3010 or https://agent.example.com/api.',
    });
  }
  if (url.username !== '' || url.password !== '') {
    throw new RockpoolError('usage', 'The address of an agent holds no user name and no password.', {
      hint: 'Give them apart: --user U --password-stdin',
      detail: { host: url.host },
    });
  }
  return `${url.origin}${trimmedEnd(url.pathname, '/')}`;
}
