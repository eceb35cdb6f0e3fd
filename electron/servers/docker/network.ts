import type { Engine } from './engine.ts';
import { engineError, statusOf } from './failures.ts';
import { networkNameOf } from './names.ts';
import { strangerError } from './stranger.ts';

/**
 * Makes sure that the network of a home is there and returns its name: containers of other people's apps can join it,
 * where ports that are published on 127.0.0.1 cannot be reached from them. Throws `server_failed` for a stranger's.
 */
export async function ensureNetwork(engine: Engine, homeId: string): Promise<string> {
  const name = networkNameOf(homeId);
  if ((await findNetwork(engine, homeId)) !== null) return name;
  try {
    await engine.docker.createNetwork({ Name: name, CheckDuplicate: true, Labels: labelsOf(homeId) });
    return name;
  } catch (error) {
    // Another process may have made it meanwhile.
    if (statusOf(error) === 409) return name;
    throw engineError(error, `Making the network ${name}`, engine.endpoint);
  }
}

/** Removes the network of a home where nothing is in it any more. */
export async function removeIdleNetwork(engine: Engine, homeId: string): Promise<void> {
  const found = await findNetwork(engine, homeId).catch(() => null);
  if (found === null) return;
  await engine.docker
    .getNetwork(found)
    .remove()
    .catch(() => {
      // Something is in it: a server of ours, or an app that has joined.
    });
}

const labelsOf = (homeId: string): Record<string, string> => ({
  'rockpool.app': 'rockpool',
  'rockpool.home': homeId,
});

async function findNetwork(engine: Engine, homeId: string): Promise<string | null> {
  const name = networkNameOf(homeId);
  try {
    const found = (await engine.docker.getNetwork(name).inspect()) as {
      Id: string;
      Labels?: Record<string, string> | null;
    };
    if (found.Labels?.['rockpool.home'] !== homeId) throw strangerError('network', name);
    return found.Id;
  } catch (error) {
    if (statusOf(error) === 404) return null;
    throw engineError(error, `Looking at the network ${name}`, engine.endpoint);
  }
}
