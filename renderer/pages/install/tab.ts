import type { Card } from '../../../electron/contract/card.ts';

/** What every tab of an install's page is given. `rest` is what stands behind the tab in the address. */
export interface TabProps {
  readonly card: Card;
  readonly rest: string;
}
