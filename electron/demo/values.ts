import { closestName } from '../contract/closest.ts';
import type { ParameterDefinition, ParameterKind, ParameterValues } from '../contract/demo.ts';
import { RockpoolError } from '../contract/errors.ts';

const plainDefinition: ParameterDefinition = { label: null, default: null, kind: 'text', choices: [] };

/** What is told of a parameter; one that nobody defined is a text without a default. */
export function definitionOf(
  definitions: Readonly<Record<string, ParameterDefinition>>,
  name: string,
): ParameterDefinition {
  return Object.hasOwn(definitions, name) ? (definitions[name] ?? plainDefinition) : plainDefinition;
}

/** What is wrong with a value of this kind, as the end of a sentence; null where nothing is. */
function problemOf({ kind, choices }: ParameterDefinition, value: string): string | null {
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
    /^\s*[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?\s*$/i.test(value) ? null : 'no number such as 12 or 3.5',
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

/**
 * Refuses values that are malformed, or whose names no statement has. `names` null lets any name pass. Throws
 * `parameters_invalid` naming each, never a value.
 */
export function requireValues(
  values: ParameterValues,
  definitions: Readonly<Record<string, ParameterDefinition>>,
  names: readonly string[] | null,
): void {
  const problems = Object.entries(values).flatMap(([name, value]) => {
    if (names !== null && !names.includes(name)) {
      const closest = closestName(name, names);
      return [`${name} is no parameter of the statements${closest === null ? '' : ` (${closest} is)`}`];
    }
    const problem = problemOf(definitionOf(definitions, name), value);
    return problem === null ? [] : [`${name} ${problem}`];
  });
  if (problems.length === 0) return;
  throw new RockpoolError('parameters_invalid', `${problems.join('; ')}.`, {
    hint:
      names === null || names.length === 0
        ? 'Correct the values and try again.'
        : `The statements have: ${names.join(', ')}.`,
    detail: { parameters: problems.map((problem) => problem.split(' ')[0]).join(', ') },
  });
}

/** The value of each parameter: given, else its default. Throws `parameters_missing` naming those with neither. */
export function completeValues(
  names: readonly string[],
  given: ParameterValues,
  definitions: Readonly<Record<string, ParameterDefinition>>,
): Map<string, string> {
  const values = new Map<string, string>();
  const missing: string[] = [];
  for (const name of names) {
    const value = Object.hasOwn(given, name) ? given[name] : definitionOf(definitions, name).default;
    if (value === null || value === undefined) missing.push(name);
    else values.set(name, value);
  }
  if (missing.length === 0) return values;
  throw new RockpoolError('parameters_missing', `No value is given for ${missing.join(', ')}.`, {
    hint: `Give one with --set ${missing[0]}=…, or turn a profile on with --profile P; --plain leaves the statements out.`,
    detail: { missing: missing.join(', ') },
  });
}
