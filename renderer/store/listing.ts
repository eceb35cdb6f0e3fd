import type { Failure } from '../../electron/contract/api/procedure.ts';
import type { Dataset } from '../../electron/contract/source.ts';

/** What a source publishes, as last listed; `data` stays while it is listed again. */
export interface Listing {
  readonly isLoading: boolean;
  readonly data: readonly Dataset[] | null;
  readonly failure: Failure | null;
}
