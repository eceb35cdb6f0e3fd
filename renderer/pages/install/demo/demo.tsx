import type { TabProps } from '../tab.ts';

export function DemoTab(_: TabProps) {
  return null;
}
