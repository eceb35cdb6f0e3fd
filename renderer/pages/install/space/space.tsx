import type { TabProps } from '../tab.ts';

export function SpaceTab(_: TabProps) {
  return null;
}
