import type { TabProps } from '../tab.ts';

export function DiagramTab(_: TabProps) {
  return null;
}
