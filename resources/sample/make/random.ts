/** A repeatable source of chance. It uses exact arithmetic only: the same on every machine and every Node. */
export type Random = {
  /** A number from 0 (included) to 1 (excluded). */
  next: () => number;
  /** A whole number from `min` to `max`, both included. */
  int: (min: number, max: number) => number;
  /** True in `probability` of all cases. */
  chance: (probability: number) => boolean;
  /** One of `items`, each as likely as the others. */
  pick: <T>(items: readonly T[]) => T;
  /** One of the keys of `weights`, as likely as its number says. */
  weighted: <K extends string>(weights: Readonly<Record<K, number>>) => K;
  /** `count` different ones of `items`, or all of them if there are fewer. */
  sample: <T>(items: readonly T[], count: number) => T[];
};

/** Makes the source of chance that belongs to `name`, so that a change to one table leaves the others as they are. */
export function randomFor(name: string): Random {
  let state = hash(name);

  // mulberry32, by Tommy Ettinger (public domain)
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
  const int = (min: number, max: number): number => min + Math.floor(next() * (max - min + 1));
  const pick = <T>(items: readonly T[]): T => items[int(0, items.length - 1)] as T;

  return {
    next,
    int,
    chance: (probability) => next() < probability,
    pick,
    weighted: <K extends string>(weights: Readonly<Record<K, number>>): K => {
      const entries = Object.entries(weights) as [K, number][];
      let left = next() * entries.reduce((sum, [, weight]) => sum + weight, 0);
      for (const [key, weight] of entries) {
        left -= weight;
        if (left < 0) return key;
      }
      return (entries.at(-1) as [K, number])[0];
    },
    sample: (items, count) => {
      const rest = [...items];
      const taken = Math.min(count, rest.length);
      return Array.from({ length: taken }, () => rest.splice(int(0, rest.length - 1), 1)[0]) as typeof rest;
    },
  };
}

const ALPHANUMERIC = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** A string of `length` letters and digits. */
export function randomString(random: Random, length: number): string {
  return Array.from({ length }, () => random.pick([...ALPHANUMERIC])).join('');
}

/** A version 4 UUID, never one whose digits could be read as the number of a card or a telephone. */
export function randomUuid(random: Random): string {
  for (;;) {
    const hex = Array.from({ length: 32 }, () => random.int(0, 15).toString(16));
    hex[12] = '4';
    hex[16] = random.pick(['8', '9', 'a', 'b']);
    const uuid = hex.join('').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
    if (!/\d(?:-?\d){8}/.test(uuid)) return uuid;
  }
}

function hash(text: string): number {
  // FNV-1a, 32 bits
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    value = Math.imul(value ^ text.charCodeAt(index), 0x01000193);
  }
  return value;
}
