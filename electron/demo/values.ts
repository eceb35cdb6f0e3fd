import { closestName } from '../contract/closest.ts';
import type { ParameterDefinition, ParameterValues } from '../contract/demo.ts';
import { RockpoolError } from '../contract/errors.ts';
import { valueProblem } from '../contract/value-problem.ts';

const plainDefinition: ParameterDefinition = { label: null, default: null, kind: 'text', choices: [] };

/** What is told of a parameter; one that nobody defined is a text without a default. */
export function definitionOf(
  definitions: Readonly<Record<string, ParameterDefinition>>,
  name: string,
): ParameterDefinition {
  return Object.hasOwn(definitions, name) ? (definitions[name] ?? plainDefinition) : plainDefinition;
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
    const problem = valueProblem(definitionOf(definitions, name), value);
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
