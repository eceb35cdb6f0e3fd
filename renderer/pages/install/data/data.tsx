import type { TabProps } from '../tab.ts';

export function DataTab(_: TabProps) {
  return null;
}
