import { type Setting, serverSettings, writeSettings } from '../settings.ts';
import type { Engine } from './engine.ts';
import { engineError } from './failures.ts';
import { packFiles } from './tar.ts';

/** Where settings and, for a first start, the password are in a container. Nothing of it is on the volume. */
export const configFolder = '/etc/rockpool';
export const passwordPath = `${configFolder}/password`;
const settingsPath = `${configFolder}/postgresql.conf`;
const accessPath = `${configFolder}/pg_hba.conf`;

/** What the server is told on its command line; all else is in the files, so that a start brings the newest. */
export const settingsArguments: readonly string[] = [
  '-c',
  `config_file=${settingsPath}`,
  '-c',
  `hba_file=${accessPath}`,
];

// The socket is inside of the container; the image's own first-time set-up comes by it, with the password.
const accessRules = `# Written by Rockpool at each start: changes made here are lost.
local all all scram-sha-256
host all all all scram-sha-256
`;

/** What differs from the embedded server's: the container is the fence, and its port is published on 127.0.0.1. */
const ownSettings: readonly Setting[] = [
  { name: 'listen_addresses', value: '*', reason: 'the engine publishes the port on 127.0.0.1 alone' },
  { name: 'port', value: 5432, reason: 'inside of the container' },
  { name: 'unix_socket_directories', value: '/var/run/postgresql', reason: 'where the image wants it' },
];

// Older servers refuse to start with a setting that they do not know.
const since: Record<string, number> = { allow_alter_system: 17 };

/**
 * Puts settings and access rules into a container that does not run, and the password where it is its first start;
 * an empty one otherwise. Nothing of it can be seen in `docker inspect`.
 */
export async function putSettings(
  engine: Engine,
  container: string,
  {
    server,
    major,
    freeBytes,
    password,
  }: { server: string; major: number; freeBytes: number | null; password: string | null },
): Promise<void> {
  const own = new Map(ownSettings.map((setting) => [setting.name, setting]));
  const settings = serverSettings({
    name: server,
    port: 5432,
    // What the engine does not tell is taken for enough.
    freeBytes: freeBytes ?? 128 * 1024 ** 3,
    sharedMemoryBytes: null,
  })
    .map((setting) => own.get(setting.name) ?? setting)
    .filter(({ name }) => major >= (since[name] ?? 0));
  await put(engine, container, [
    { path: settingsPath.slice(1), text: writeSettings(settings), mode: 0o644 },
    { path: accessPath.slice(1), text: accessRules, mode: 0o644 },
    { path: passwordPath.slice(1), text: password ?? '', mode: 0o600 },
  ]);
}

/** Takes the password out of a container once its cluster has it. */
export async function clearPassword(engine: Engine, container: string): Promise<void> {
  await put(engine, container, [{ path: passwordPath.slice(1), text: '', mode: 0o600 }]);
}

async function put(engine: Engine, container: string, files: Parameters<typeof packFiles>[1]): Promise<void> {
  try {
    const archive = packFiles(configFolder.slice(1), files);
    await engine.docker.getContainer(container).putArchive(archive, { path: '/' });
  } catch (error) {
    throw engineError(error, 'Putting the settings into the container', engine.endpoint);
  }
}
