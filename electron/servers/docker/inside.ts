import type { Core } from '../../state/core.ts';
import { findRecord } from '../registry.ts';
import { networkNameOf } from './names.ts';

/** How other containers reach a server: its host name, at port 5432, in its network. Null where it is in none. */
export function insideOf(core: Core, server: string): { host: string; network: string } | null {
  const docker = findRecord(core.state, server)?.docker ?? null;
  return docker === null ? null : { host: docker.container, network: networkNameOf(core.paths.homeId) };
}
