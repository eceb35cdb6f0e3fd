import { RockpoolError } from '../../contract/errors.ts';
import { portTaken } from '../ports.ts';
import type { DockerRecord } from './docker.ts';
import type { Engine } from './engine.ts';
import { sentenceOf } from './failures.ts';

/** True where a container did not start because something has its port; engines and their desktops differ in words. */
export function isPortError(error: unknown): boolean {
  return /port is already allocated|address already in use|ports? (?:are|is) not available|bind for .* failed|failed to bind/i.test(
    sentenceOf(error),
  );
}

/** The error `port_taken`, naming the container that publishes the port or the program that has it. */
export async function portTakenIn(
  engine: Engine,
  { name, port, docker }: DockerRecord,
): Promise<RockpoolError> {
  const hint = `Stop it and run rockpool server start ${name} again, or choose another port with --port N.`;
  const holder = await containerOn(engine, port, docker.container);
  if (holder === null) return portTaken(port, hint);
  return new RockpoolError('port_taken', `Port ${port} is in use by the container ${holder}.`, {
    hint,
    detail: { port, holder },
  });
}

async function containerOn(engine: Engine, port: number, own: string): Promise<string | null> {
  try {
    const all = await engine.docker.listContainers();
    const found = all.find(
      ({ Ports, Names }) => !Names.includes(`/${own}`) && Ports.some((each) => each.PublicPort === port),
    );
    return found === undefined ? null : `${found.Names[0]?.slice(1)} (${found.Image})`;
  } catch {
    return null;
  }
}
