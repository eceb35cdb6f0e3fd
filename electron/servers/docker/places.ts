import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { RockpoolError } from '../../contract/errors.ts';

/** A place where an engine may listen. */
export interface Place {
  /** What names it, for people: `DOCKER_HOST`, `the context colima`, `Docker Desktop`. */
  readonly name: string;
  /** As the docker command writes it: `unix:///var/run/docker.sock`. */
  readonly endpoint: string;
  /** A folder with `ca.pem`, `cert.pem` and `key.pem`, null where the connection is not encrypted. */
  readonly certificates: string | null;
}

export interface PlacesOptions {
  readonly environment?: NodeJS.ProcessEnv;
  readonly home?: string;
  readonly uid?: number | null;
  readonly platform?: NodeJS.Platform;
}

/**
 * The places where an engine is looked for, in the order in which they are tried. DOCKER_HOST or DOCKER_CONTEXT name
 * the only one, as they do for the docker command; else the command's current context comes first, then the sockets
 * of the engines that people have. Throws `server_unavailable` for a context that is not there.
 */
export function listPlaces(options: PlacesOptions = {}): Place[] {
  const {
    environment = process.env,
    home = environment.HOME ?? homedir(),
    uid = process.getuid?.() ?? null,
    platform = process.platform,
  } = options;
  const configFolder = environment.DOCKER_CONFIG || join(home, '.docker');
  const host = environment.DOCKER_HOST;
  if (host) {
    const certificates = environment.DOCKER_TLS_VERIFY ? environment.DOCKER_CERT_PATH || configFolder : null;
    return [{ name: 'DOCKER_HOST', endpoint: host, certificates }];
  }
  const ordered = environment.DOCKER_CONTEXT;
  if (ordered && ordered !== 'default') {
    const place = readContext(configFolder, ordered);
    if (place !== null) return [place];
    throw new RockpoolError(
      'server_unavailable',
      `DOCKER_CONTEXT names the context ${ordered}, which is not there.`,
      {
        hint: 'See those that are with: docker context ls',
        detail: { context: ordered, folder: configFolder },
      },
    );
  }
  const current = ordered === 'default' ? null : currentContext(configFolder);
  const chosen = current === null ? null : readContext(configFolder, current);
  const known = platform === 'win32' ? onWindows : sockets(home, uid, environment.XDG_RUNTIME_DIR);
  const places = [...(chosen === null ? [] : [chosen]), ...known];
  return places.filter(
    (place, index) => places.findIndex(({ endpoint }) => endpoint === place.endpoint) === index,
  );
}

/** The path of a place's socket or pipe, null where it is an address on the network. */
export function socketOf({ endpoint }: Pick<Place, 'endpoint'>): string | null {
  if (endpoint.startsWith('unix://')) return endpoint.slice('unix://'.length);
  if (endpoint.startsWith('npipe://')) return endpoint.slice('npipe://'.length);
  return null;
}

function sockets(home: string, uid: number | null, runtime: string | undefined): Place[] {
  const user = runtime || (uid === null ? null : `/run/user/${uid}`);
  const inRuntime = (path: string): string[] => (user === null ? [] : [join(user, path)]);
  const all: readonly (readonly [string, readonly string[]])[] = [
    ['the default socket', ['/var/run/docker.sock']],
    ['Docker Desktop', [join(home, '.docker/run/docker.sock'), join(home, '.docker/desktop/docker.sock')]],
    ['Colima', [join(home, '.colima/default/docker.sock'), join(home, '.config/colima/default/docker.sock')]],
    ['OrbStack', [join(home, '.orbstack/run/docker.sock')]],
    ['Rancher Desktop', [join(home, '.rd/docker.sock')]],
    ['rootless Docker', inRuntime('docker.sock')],
    [
      'Podman',
      [
        ...inRuntime('podman/podman.sock'),
        join(home, '.local/share/containers/podman/machine/podman.sock'),
        '/run/podman/podman.sock',
      ],
    ],
  ];
  return all.flatMap(([name, paths]) =>
    paths.map((path) => ({ name, endpoint: `unix://${path}`, certificates: null })),
  );
}

const onWindows: readonly Place[] = [
  { name: 'Docker Desktop', endpoint: 'npipe:////./pipe/docker_engine', certificates: null },
  { name: 'Docker Desktop', endpoint: 'npipe:////./pipe/dockerDesktopLinuxEngine', certificates: null },
  { name: 'Podman', endpoint: 'npipe:////./pipe/podman-machine-default', certificates: null },
];

const Config = z.object({ currentContext: z.string().optional() });
const Meta = z.object({ Endpoints: z.object({ docker: z.object({ Host: z.string() }) }) });

function currentContext(configFolder: string): string | null {
  const config = Config.safeParse(readJson(join(configFolder, 'config.json')));
  const name = config.success ? config.data.currentContext : undefined;
  return name === undefined || name === '' || name === 'default' ? null : name;
}

// The docker command keeps a context in folders that are called by the SHA-256 of its name.
function readContext(configFolder: string, name: string): Place | null {
  const id = createHash('sha256').update(name).digest('hex');
  const meta = Meta.safeParse(readJson(join(configFolder, 'contexts/meta', id, 'meta.json')));
  if (!meta.success) return null;
  const certificates = join(configFolder, 'contexts/tls', id, 'docker');
  return {
    name: `the context ${name}`,
    endpoint: meta.data.Endpoints.docker.Host,
    certificates: existsSync(join(certificates, 'ca.pem')) ? certificates : null,
  };
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    // One that is not there or not readable says nothing; the places after it are tried.
    return null;
  }
}
