import type { Server, ServerContainer } from '../../contract/server.ts';
import type { Core } from '../../state/core.ts';
import { noteOnVersion, readSize } from '../describe.ts';
import { listInstallsOn } from '../registry.ts';
import { whyBroken } from './broken.ts';
import { type ContainerFacts, findContainer } from './container.ts';
import { type DockerRecord, engineOf } from './docker.ts';
import type { Engine } from './engine.ts';
import { labelsOf } from './names.ts';

/** Describes a server in a container as it is now, quickly and without starting anything. */
export async function describeDocker(
  core: Core,
  record: DockerRecord,
  environment: NodeJS.ProcessEnv,
): Promise<Server> {
  const { name, kind, version, port, docker } = record;
  const engine = await engineOf(record, environment, 2000).catch(() => null);
  const labels = labelsOf(core.paths.homeId, name);
  const facts =
    engine === null ? null : await findContainer(engine, docker.container, labels).catch(() => null);
  const running = facts?.state === 'running';
  const memoryBytes = running && engine !== null ? await readMemory(engine, facts.id) : null;
  const container: ServerContainer = {
    engine: docker.engine,
    image: docker.image,
    container: docker.container,
    memoryBytes,
  };
  return {
    name,
    kind,
    version,
    port,
    state: stateOf(facts, docker.whole),
    sizeBytes: running ? await readSize(core, record) : null,
    installs: listInstallsOn(core.state, name),
    note: engine === null ? `The engine at ${docker.engine} does not answer.` : noteOn(facts, name, version),
    container,
  };
}

function stateOf(facts: ContainerFacts | null, whole: boolean): Server['state'] {
  if (facts === null) return 'stopped';
  if (facts.state === 'running') return whole ? 'running' : 'starting';
  return wasStopped(facts) ? 'stopped' : 'failed';
}

// PostgreSQL ends a stop that was asked for with 0.
function wasStopped({ state, exitCode }: ContainerFacts): boolean {
  return state === 'created' || (state === 'exited' && exitCode === 0);
}

function noteOn(facts: ContainerFacts | null, name: string, version: string): string | null {
  const why = facts === null || wasStopped(facts) ? null : whyBroken(facts, name);
  if (why === null) return noteOnVersion(version, 'docker');
  const phrase = why.phrase.charAt(0).toUpperCase() + why.phrase.slice(1);
  return `${phrase}. Start it again: rockpool server start ${name}`;
}

interface Stats {
  readonly memory_stats?: {
    usage?: number;
    stats?: { inactive_file?: number; total_inactive_file?: number };
  };
}

// As `docker stats` reckons it: without the cache that the kernel may drop at any time.
async function readMemory(engine: Engine, container: string): Promise<number | null> {
  try {
    const stats = (await engine.docker
      .getContainer(container)
      .stats({ stream: false, 'one-shot': true })) as unknown as Stats;
    const { usage, stats: parts } = stats.memory_stats ?? {};
    if (usage === undefined) return null;
    return Math.max(0, usage - (parts?.inactive_file ?? parts?.total_inactive_file ?? 0));
  } catch {
    return null;
  }
}
