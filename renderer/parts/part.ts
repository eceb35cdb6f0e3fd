import { type ComponentType, type LazyExoticComponent, lazy } from 'react';

const loads: (() => Promise<unknown>)[] = [];

/** A part of the page that comes when it is first shown, or once there is time: see `loadParts`. */
export function part<Props>(
  load: () => Promise<ComponentType<Props>>,
): LazyExoticComponent<ComponentType<Props>> {
  const once = async () => ({ default: await load() });
  loads.push(once);
  return lazy(once);
}

/** Brings all parts, one after the other, so that a tab whose app has ended can still show each of them. */
export async function loadParts(): Promise<void> {
  // A part brings parts of its own.
  for (let index = 0; index < loads.length; index += 1) await loads[index]?.().catch(() => {});
}
