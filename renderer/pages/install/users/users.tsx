import type { TabProps } from '../tab.ts';

export function UsersTab(_: TabProps) {
  return null;
}
