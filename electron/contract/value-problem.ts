import type { ParameterDefinition, ParameterKind } from './demo.ts';

/** What is wrong with a value of this kind, as the end of a sentence; null where nothing is. */
export function valueProblem(
  { kind, choices }: Pick<ParameterDefinition, 'kind' | 'choices'>,
  value: string,
): string | null {
  if (value.includes('\0')) return 'holds a NUL character, which PostgreSQL cannot keep';
  if (!value.isWellFormed()) return 'holds half a character (a lone surrogate)';
  const problem = kindProblems[kind](value, choices);
  return problem === null ? null : `is ${problem}`;
}

const kindProblems: Readonly<
  Record<ParameterKind, (value: string, choices: readonly string[]) => string | null>
> = {
  text: () => null,
  number: (value) =>
    /^\s*[+-]?(\d+(?:\.\d*)?|\.\d+)(e[+-]?\d+)?\s*$/i.test(value) ? null : 'no number such as 12 or 3.5',
  date: (value) => (isDate(value) ? null : 'no date such as 2026-03-31'),
  url: (value) => (isUrl(value, ['http:', 'https:']) ? null : 'no address such as https://example.com'),
  choice: (value, choices) => (choices.includes(value) ? null : `none of ${choices.join(', ')}`),
  image: (value) =>
    isUrl(value, ['http:', 'https:']) || /^data:image\/[a-z0-9.+-]+[;,]/i.test(value)
      ? null
      : 'no image: an http(s) address or a data:image/… URL',
};

function isDate(value: string): boolean {
  const parts = /^(\d{4}-\d{2}-\d{2})(?:[T ].*)?$/.exec(value);
  if (parts === null) return false;
  const date = new Date(`${parts[1]}T00:00:00Z`);
  // February 30 would become March 2.
  return !Number.isNaN(date.getTime()) && date.toISOString().slice(0, 10) === parts[1];
}

function isUrl(value: string, schemes: readonly string[]): boolean {
  return URL.canParse(value) && schemes.includes(new URL(value).protocol);
}
