import { InvalidArgumentError } from 'commander';

/** Reads a port from the command line. */
export function readPort(text: string): number {
  return readWhole(text, 1, 65_535, 'A port is a number from 1 to 65535.');
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
