import type { Revision, Source } from '../../../electron/contract/source.ts';
import type { Listing } from '../../store/listing.ts';

/** A line of the datasets page. */
export type Row =
  | {
      readonly kind: 'source';
      readonly key: string;
      readonly source: Source;
      readonly listing: Listing | undefined;
    }
  | { readonly kind: 'waiting'; readonly key: string }
  | {
      readonly kind: 'failed';
      readonly key: string;
      readonly source: string;
      readonly failure: NonNullable<Listing['failure']>;
    }
  | { readonly kind: 'nothing'; readonly key: string }
  | { readonly kind: 'workflow'; readonly key: string; readonly source: string }
  | {
      readonly kind: 'revision';
      readonly key: string;
      readonly source: string;
      readonly dataset: string;
      readonly revision: Revision;
      /** How many revisions the dataset has, on its first line; 0 on those of older ones. */
      readonly revisions: number;
      readonly isOpen: boolean;
    };

/**
 * The lines of the datasets page: each source with what it publishes, the newest revision of each dataset, and the older
 * ones of those that are open. A search keeps datasets whose name holds it.
 */
export function rowsOf(
  sources: readonly Source[],
  listings: Readonly<Record<string, Listing>>,
  open: ReadonlySet<string>,
  search: string,
): Row[] {
  const wanted = search.trim().toLowerCase();
  return sources.flatMap((source): Row[] => {
    const { name } = source;
    const listing = listings[name];
    const rows: Row[] = [{ kind: 'source', key: name, source, listing }];
    if (listing?.failure != null)
      rows.push({ kind: 'failed', key: `${name} failed`, source: name, failure: listing.failure });
    if (listing === undefined || (listing.isLoading && listing.data === null))
      return [...rows, { kind: 'waiting', key: `${name} waiting` }];
    const found = (listing.data ?? []).filter(({ dataset }) => dataset.toLowerCase().includes(wanted));
    for (const { dataset, revisions } of found) {
      const key = `${name}/${dataset}`;
      const isOpen = open.has(key);
      const shown = isOpen ? revisions : revisions.slice(0, 1);
      rows.push(
        ...shown.map(
          (revision, index): Row => ({
            kind: 'revision',
            key: `${key}@${revision.id}`,
            source: name,
            dataset,
            revision,
            revisions: index === 0 ? revisions.length : 0,
            isOpen,
          }),
        ),
      );
    }
    if (found.length === 0 && listing.failure === null && source.kind !== 'filestore')
      rows.push({ kind: 'nothing', key: `${name} nothing` });
    if (source.kind === 'filestore') rows.push({ kind: 'workflow', key: `${name} workflow`, source: name });
    return rows;
  });
}
