import type { Readable } from 'node:stream';
import { isRockpoolError } from '../contract/errors.ts';
import { type FilestoreOptions, openStore } from './filestore.ts';
import type { StoreUrl } from './filestore-url.ts';
import { type ClusterAddress, formatClusterAddress, readClusterAddress } from './k8s-address.ts';
import { type Forward, type ForwardOptions, openForward } from './k8s-forward.ts';
import type { Publication, PublishedFile, SourceReader } from './source.ts';

/**
 * An agent's file store behind Kubernetes, reached by a `kubectl port-forward` that lives as long as it is used. What
 * fails since that has died is told as its own error, `source_unreachable`.
 */
export function openCluster(url: string, options: FilestoreOptions & ForwardOptions = {}): SourceReader {
  const address = readClusterAddress(url);
  let forward: Forward | null = null;
  // The port is another one each time: addresses are made when they are asked for.
  const store = openStore(
    url,
    storeUrl(address, () => forward?.url ?? 'http://127.0.0.1:9'),
    options,
  );

  // A way that is open already may have died a moment ago, with nobody told yet: that is found out by using it, and
  // mended once by a new one.
  const onWay = async <T>(
    signal: AbortSignal | undefined,
    work: (way: Forward, leave: () => void) => Promise<T>,
  ): Promise<T> => {
    for (let tries = 1; ; tries += 1) {
      const way = await openForward(address, options, signal);
      forward = way;
      const leave = way.use();
      try {
        return await work(way, leave);
      } catch (error) {
        leave();
        signal?.throwIfAborted();
        const why = isOfTheWay(error) ? await whyClosed(way) : null;
        if (why === null) throw error;
        if (tries > 1) throw why;
      }
    }
  };

  const through = <T>(signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T> =>
    onWay(signal, async (_, leave) => {
      const result = await work();
      leave();
      return result;
    });

  const file = (published: PublishedFile): PublishedFile => ({
    ...published,
    open: (signal) =>
      onWay(signal, async (way, leave) => {
        const body = await published.open(signal);
        body.once('close', leave);
        return explained(body, way);
      }),
  });

  return {
    ...store,
    check: (signal) => through(signal, () => store.check(signal)),
    datasets: (signal) => through(signal, () => store.datasets(signal)),
    publication: async (dataset, revision, signal): Promise<Publication> => {
      const found = await through(signal, () => store.publication(dataset, revision, signal));
      return {
        ...found,
        files: found.files.map(file),
        confirm: (until) => through(until, () => found.confirm(until)),
      };
    },
  };
}

function isOfTheWay(error: unknown): boolean {
  return isRockpoolError(error, 'source_unreachable', 'pull_incomplete', 'pull_stalled');
}

/** Why the way is closed; what fails because of that can be told a moment before kubectl has ended. */
async function whyClosed(way: Forward): Promise<Error | null> {
  for (let looks = 0; looks < 20 && way.failure() === null; looks += 1) {
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  return way.failure();
}

/** A stream that fails with the reason of its way, where that has closed. */
function explained(body: Readable, way: Forward): Readable {
  const destroy = body._destroy.bind(body);
  body._destroy = (error, callback) => {
    if (error === null || !isOfTheWay(error)) return destroy(error, callback);
    void whyClosed(way).then((why) => destroy(why ?? error, callback));
  };
  return body;
}

function storeUrl(address: ClusterAddress, base: () => string): StoreUrl {
  const { namespace, service, workflow } = address;
  const file = (of: string, name: string): string => `${base()}/file/${encodeURIComponent(`${of}/${name}`)}`;
  return {
    origin: formatClusterAddress({ ...address, workflow: null }),
    host: `${namespace}/${service}`,
    workflow,
    get health() {
      return `${base()}/file`;
    },
    get root() {
      return `${base()}/file/%2F`;
    },
    listing: (of) => `${base()}/file/${encodeURIComponent(of)}`,
    file,
    lines: (of, name) => `${file(of, name)}/wc`,
  };
}
