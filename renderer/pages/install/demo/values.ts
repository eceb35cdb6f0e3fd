import type { Parameter, ParameterValues, Profile } from '../../../../electron/contract/demo.ts';
import { valueProblem } from '../../../../electron/contract/value-problem.ts';
import { texts } from '../../../texts/demo.ts';

/** What the fields hold, without the empty ones: there the default holds. */
export function filled(values: Readonly<Record<string, string>>): ParameterValues {
  const entries = Object.entries(values).filter(([, value]) => value !== '');
  return Object.fromEntries(entries.toSorted(([a], [b]) => a.localeCompare(b)));
}

/** Whether what is on the screen is not what is kept. */
export function differs(values: Readonly<Record<string, string>>, profile: Profile | null): boolean {
  return JSON.stringify(filled(values)) !== JSON.stringify(filled({ ...profile?.values }));
}

/** What is wrong with each field, as a sentence; nothing where all can be used. */
export function problemsOf(
  parameters: readonly Parameter[],
  values: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const problems = parameters.flatMap((parameter) => {
    const value = values[parameter.name] ?? '';
    if (value === '') return parameter.default === null ? [[parameter.name, texts.missing] as const] : [];
    const problem = valueProblem(parameter, value);
    return problem === null ? [] : [[parameter.name, texts.wrong(problem)] as const];
  });
  return Object.fromEntries(problems);
}

/** A value for each parameter, as the fields show it: what was typed, else the default. */
export function shownValues(
  parameters: readonly Parameter[],
  values: Readonly<Record<string, string>>,
): ParameterValues {
  return Object.fromEntries(
    parameters.map(({ name, default: initial }) => [name, values[name] || (initial ?? '')]),
  );
}

/** A name for a new profile, so that nobody has to type one. */
export function proposedName(profiles: readonly Pick<Profile, 'name'>[]): string {
  return freeName(profiles, (number) => texts.profileNumber(number), profiles.length + 1);
}

/** A name for a copy of a profile that none has yet. */
export function copyName(profiles: readonly Pick<Profile, 'name'>[], of: string): string {
  return freeName(profiles, (number) => texts.duplicateOf(of, number), 1);
}

function freeName(
  profiles: readonly Pick<Profile, 'name'>[],
  nameOf: (number: number) => string,
  first: number,
): string {
  const taken = new Set(profiles.map(({ name }) => name));
  let number = first;
  while (taken.has(nameOf(number))) number += 1;
  return nameOf(number);
}
