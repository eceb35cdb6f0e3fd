import { InvalidArgumentError } from 'commander';

/** Reads a port from the command line. */
export function readPort(text: string): number {
  return readWhole(text, 1, 65_535, 'A port is a number from 1 to 65535.');
}

/** Reads a major version of PostgreSQL. */
export function readMajor(text: string): number {
  return readWhole(text, 10, 99, 'A major version is a number such as 17.');
}

/** Reads how many of something are wanted. */
export function readLimit(text: string): number {
  return readWhole(text, 1, 100_000, 'A limit is a whole number from 1 on.');
}

/** Reads names apart by commas. */
export function readList(text: string): string[] {
  const names = text.split(',').map((name) => name.trim());
  if (names.every((name) => name !== '')) return names;
  throw new InvalidArgumentError('Write names apart by commas, such as users,orders.');
}

function readWhole(text: string, min: number, max: number, rule: string): number {
  const number = Number(text);
  if (Number.isInteger(number) && number >= min && number <= max) return number;
  throw new InvalidArgumentError(rule);
}

/** Gathers `key=value` words; a value may hold anything, an equals sign too, and be empty. */
export function readPair(text: string, before: Record<string, string> = {}): Record<string, string> {
  const at = text.indexOf('=');
  if (at < 1)
    throw new InvalidArgumentError(
      `Write key=value, such as company_name=Acme; ${JSON.stringify(text)} is none.`,
    );
  return Object.assign(Object.create(null), before, { [text.slice(0, at)]: text.slice(at + 1) });
}
