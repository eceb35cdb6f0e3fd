import { createHash } from 'node:crypto';

/** What tells our containers and volumes from those of others, and those of one home from another's. */
export interface Labels extends Record<string, string> {
  readonly 'rockpool.app': 'rockpool';
  readonly 'rockpool.home': string;
  readonly 'rockpool.server': string;
}

export function labelsOf(homeId: string, server: string): Labels {
  return { 'rockpool.app': 'rockpool', 'rockpool.home': homeId, 'rockpool.server': server };
}

/** True for something with our labels of this home and server. */
export function isOurs(labels: Record<string, string> | null | undefined, wanted: Labels): boolean {
  return Object.entries(wanted).every(([key, value]) => labels?.[key] === value);
}

/**
 * The name of a server's container and of its volume: two homes never meet. Other containers know it as a host, and
 * some clients take no host with an underscore.
 */
export function engineNameOf(homeId: string, server: string): string {
  return `rockpool-${homeId}-${server.replaceAll('_', '-')}`;
}

/** The network that the containers of a home are in, which an app of one's own can join. */
export function networkNameOf(homeId: string): string {
  return `rockpool-${homeId}`;
}

/** What a server is called: its major, and what else sets it apart from the one that all installs share. */
export function serverNameOf(
  major: number,
  image: string,
  { port, install }: { port?: number | undefined; install?: string | undefined },
): string {
  const base = `docker_${major}`;
  if (port !== undefined) return `${base}_${port}`;
  if (install !== undefined) return `${base}_for_${install}`;
  if (image === defaultImage(major)) return base;
  const word = (image.slice(image.lastIndexOf('/') + 1).split(/[:@]/, 1)[0] ?? '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_');
  const hash = createHash('sha256').update(image).digest('hex').slice(0, 4);
  return `${base}_${word.slice(0, 16)}_${hash}`;
}

/** The official image of a major. */
export function defaultImage(major: number): string {
  return `postgres:${major}`;
}
