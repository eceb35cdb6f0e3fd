import type { AgentRecord } from '../contract/agent.ts';
import { RockpoolError } from '../contract/errors.ts';
import type { Core } from '../state/core.ts';
import { rememberSecret } from '../state/redact.ts';

const keyOf = (name: string): string => `agent/${name}`;

/**
 * Keeps the password or token of an agent: in the system's keyring where a shell brought one, unless a file was agreed to,
 * else in the file of secrets. Returns where it is. Throws `secret_locked` where the keyring keeps nothing.
 */
export async function keepAgentSecret(
  core: Core,
  name: string,
  secret: string,
  { inFile }: { readonly inFile: boolean },
): Promise<AgentRecord['kept']> {
  if (core.keyring === null || inFile) {
    await core.secrets.set(keyOf(name), secret);
    return 'file';
  }
  rememberSecret(secret);
  await core.keyring.set(keyOf(name), secret);
  return 'keyring';
}

/** The password or token of an agent, null where it wants none. Throws `secret_locked` where it is not to be had here. */
export async function readAgentSecret(core: Core, agent: AgentRecord): Promise<string | null> {
  if (agent.auth === 'none') return null;
  const secret = await (agent.kept === 'keyring'
    ? readSealed(core, agent)
    : core.secrets.get(keyOf(agent.name)));
  if (secret === null) throw gone(agent);
  return secret;
}

async function readSealed({ keyring }: Core, agent: AgentRecord): Promise<string | null> {
  if (keyring === null) throw onlyInKeyring(agent);
  const secret = await keyring.get(keyOf(agent.name));
  if (secret !== null) rememberSecret(secret);
  return secret;
}

/** Forgets it. What is in a keyring that cannot be reached from here stays there, sealed, until it is written over. */
export async function forgetAgentSecret(core: Core, agent: AgentRecord): Promise<void> {
  if (agent.auth === 'none') return;
  if (agent.kept === 'keyring') await core.keyring?.remove(keyOf(agent.name));
  else await core.secrets.remove(keyOf(agent.name));
}

function onlyInKeyring({ name, auth }: AgentRecord): RockpoolError {
  return new RockpoolError(
    'secret_locked',
    `The ${auth} of the agent ${name} is in the system’s keyring, which only Rockpool’s window can open.`,
    {
      hint: `Do it in the window. Or remove the agent and add it again here, which keeps the ${auth} in a file that only this user may read.`,
      detail: { agent: name },
    },
  );
}

function gone({ name, auth }: AgentRecord): RockpoolError {
  return new RockpoolError('secret_locked', `The ${auth} of the agent ${name} is not here.`, {
    hint: `Add it again: rockpool agent remove ${name}, then rockpool agent add ${name} …`,
    detail: { agent: name },
  });
}
