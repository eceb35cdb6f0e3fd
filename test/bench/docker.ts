import type { InstallResult, ResetResult } from '../../electron/contract/install.ts';
import { openServers } from '../../electron/servers/servers.ts';
import { withSession } from '../../electron/sql/connect.ts';
import { makeHome } from '../support/home.ts';
import { rockpoolJson, sampleRevision, settle } from '../support/rockpool.ts';
import { type Figure, figureOf } from './measure.ts';

/**
 * Measures servers in containers beside the embedded one: `node test/bench/docker.ts [ROUNDS]`, with an engine that
 * has postgres:17 and postgres:18. Prints figures and ratios; it judges nothing.
 */
const rounds = Number(process.argv[2] ?? 7);
const kinds = {
  embedded: ['--server', 'embedded'],
  'docker, 18': ['--server', 'docker', '--postgres', '18'],
  'docker, 17': ['--server', 'docker', '--postgres', '17'],
};

await benchFirstQuery();
await benchInstalls();

/** From nothing but the image to the answer of a first query, and the same for a container that was stopped. */
async function benchFirstQuery(): Promise<void> {
  const made: number[] = [];
  const started: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    await using home = await makeHome();
    const servers = openServers(home.core);
    const firstQuery = async (start: () => ReturnType<typeof servers.start>): Promise<number> => {
      const begunAt = performance.now();
      const server = await start();
      await withSession(server.admin, {}, (session) => session.query('SELECT 1'));
      return performance.now() - begunAt;
    };
    made.push(await firstQuery(() => servers.ensure({ kind: 'docker', postgres: 17 })));
    await servers.stop('docker_17');
    started.push(await firstQuery(() => servers.start('docker_17')));
  }
  say('a new container, to its first query', figureOf(made));
  say('a stopped container, to its first query', figureOf(started));
}

async function benchInstalls(): Promise<void> {
  await using home = await makeHome();
  const times: Record<string, number[]> = {};
  const switches: Record<string, number[]> = {};
  for (const kind of Object.keys(kinds)) [times[kind], switches[kind]] = [[], []];
  // What stays keeps its server, so that installs are compared and not starts.
  for (const [kind, words] of Object.entries(kinds)) {
    await rockpoolJson(home, 'install', sampleRevision, '--as', nameOf(kind), '--tables', 'plans', ...words);
  }
  await settle(home);
  for (let round = 0; round < rounds; round += 1) {
    for (const [kind, words] of Object.entries(kinds)) {
      const { report } = await rockpoolJson<InstallResult>(
        home,
        'install',
        sampleRevision,
        '--as',
        'bench',
        ...words,
      );
      times[kind]?.push(report.ms.total);
      await settle(home);
      const reset = await rockpoolJson<ResetResult>(home, 'reset', 'bench');
      switches[kind]?.push(reset.ms.switch);
      await settle(home);
      await rockpoolJson(home, 'remove', 'bench');
      await settle(home);
    }
  }
  for (const kind of Object.keys(kinds)) {
    say(`install of the sample, ${kind}`, figureOf(times[kind] ?? []));
    say(`reset's switch, ${kind}`, figureOf(switches[kind] ?? []));
  }
  const embedded = figureOf(times.embedded ?? []).median;
  for (const kind of ['docker, 18', 'docker, 17']) {
    console.log(`${kind} to embedded: ${(figureOf(times[kind] ?? []).median / embedded).toFixed(2)}`);
  }
}

function nameOf(kind: string): string {
  return `keeps_${kind.replaceAll(/\W+/g, '_')}`;
}

function say(what: string, { min, median, max }: Figure): void {
  console.log(`${what}: median ${Math.round(median)} ms (${Math.round(min)}–${Math.round(max)})`);
}
