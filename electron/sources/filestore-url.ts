import { RockpoolError } from '../contract/errors.ts';

/** The addresses of one file store. Each part of a path below `/file` is one encoded segment. */
export interface StoreUrl {
  /** Without a slash at its end: with dataset and revision it names an archive. */
  readonly origin: string;
  readonly host: string;
  /** The workflow that the address itself names, null where it names the store alone. */
  readonly workflow: string | null;
  readonly health: string;
  /** Where some stores list their workflows. */
  readonly root: string;
  listing(workflow: string): string;
  file(workflow: string, name: string): string;
  /** Where the store tells the number of lines of a file. */
  lines(workflow: string, name: string): string;
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

function decode(part: string, address: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new RockpoolError('usage', `${address} has a % that does not stand for a character.`, {
      hint: 'In an address a % is written %25.',
      detail: { address },
    });
  }
}

/** Reads `http://HOST[:PORT][/PREFIX]`, with `/file`, `/file/WORKFLOW` or a workflow's UUID behind it or not. Throws `usage`. */
export function readStoreUrl(address: string): StoreUrl {
  const { origin, host, pathname } = new URL(address);
  const parts = pathname.split('/').filter((part) => part !== '');
  const isNamed = parts.at(-2) === 'file' || uuid.test(parts.at(-1) ?? '');
  const workflow = isNamed ? decode(parts.pop() ?? '', address) : null;
  if (parts.at(-1) === 'file') parts.pop();
  const store = [origin, ...parts].join('/');
  const file = (workflow: string, name: string) =>
    `${store}/file/${encodeURIComponent(`${workflow}/${name}`)}`;
  return {
    origin: store,
    host,
    workflow,
    health: `${store}/file`,
    root: `${store}/file/%2F`,
    listing: (workflow) => `${store}/file/${encodeURIComponent(workflow)}`,
    file,
    lines: (workflow, name) => `${file(workflow, name)}/wc`,
  };
}
