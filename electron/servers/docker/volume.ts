import type { Engine } from './engine.ts';
import { engineError, statusOf } from './failures.ts';
import { isOurs, type Labels } from './names.ts';
import { strangerError } from './stranger.ts';

/** True where the volume is there. Throws `server_failed` for a stranger's, which is never touched. */
export async function hasVolume(engine: Engine, name: string, labels: Labels): Promise<boolean> {
  try {
    const found = await engine.docker.getVolume(name).inspect();
    if (!isOurs(found.Labels, labels)) throw strangerError('volume', name);
    return true;
  } catch (error) {
    if (statusOf(error) === 404) return false;
    throw engineError(error, `Looking at the volume ${name}`, engine.endpoint);
  }
}

export async function createVolume(engine: Engine, name: string, labels: Labels): Promise<void> {
  try {
    await engine.docker.createVolume({ Name: name, Labels: labels });
  } catch (error) {
    throw engineError(error, `Making the volume ${name}`, engine.endpoint);
  }
}

export async function removeVolume(engine: Engine, name: string, labels: Labels): Promise<void> {
  if (!(await hasVolume(engine, name, labels))) return;
  try {
    await engine.docker.getVolume(name).remove();
  } catch (error) {
    if (statusOf(error) !== 404) throw engineError(error, `Removing the volume ${name}`, engine.endpoint);
  }
}
