import type { TabProps } from '../tab.ts';

export function SqlTab(_: TabProps) {
  return null;
}
