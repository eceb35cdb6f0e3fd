import { describe, expect, it } from 'vitest';
import type { ParameterDefinition, ParameterKind } from '../../../electron/contract/demo.ts';
import { completeValues, requireValues } from '../../../electron/demo/values.ts';

function definition(kind: ParameterKind, more: Partial<ParameterDefinition> = {}): ParameterDefinition {
  return { label: null, default: null, kind, choices: [], ...more };
}

describe('values', () => {
  it.each<[ParameterKind, string]>([
    ['number', '12'],
    ['number', '-3.5e2'],
    ['date', '2026-02-28'],
    ['url', 'https://example.com/a?b'],
    ['choice', 'gold'],
    ['image', 'data:image/png;base64,AAAA'],
    ['image', 'https://example.com/logo.svg'],
    ['text', ''],
    ['text', "'; DROP TABLE x; --"],
  ])('of the kind %s take %s', (kind, value) => {
    expect(() =>
      requireValues({ x: value }, { x: definition(kind, { choices: ['gold', 'blue'] }) }, ['x']),
    ).not.toThrow();
  });

  it.each<[ParameterKind, string]>([
    ['number', 'twelve'],
    ['number', ''],
    ['date', '2026-02-30'],
    ['date', 'tomorrow'],
    ['url', 'javascript:alert(1)'],
    ['url', 'no address.test'],
    ['choice', 'silver'],
    ['image', 'file:///etc/passwd'],
    ['text', 'a\0b'],
    ['text', 'half \ud83d'],
  ])('of the kind %s refuse %j by the name of the parameter, not by the value', (kind, value) => {
    const refuse = () =>
      requireValues({ company: value }, { company: definition(kind, { choices: ['gold', 'blue'] }) }, [
        'company',
      ]);
    expect(refuse).toThrow(/^company (is|holds)/);
    if (value.length > 2) expect(refuse).not.toThrow(value);
  });

  it('that no statement asks for are named, with what is most like it', () => {
    expect(() => requireValues({ compny_name: 'x' }, {}, ['company_name', 'logo'])).toThrow('company_name');
    expect(() => requireValues({ zzz: 'x' }, {}, ['company_name'])).toThrow('zzz');
  });

  it('come from what is given, else from the default, and those with neither are all named', () => {
    const definitions = {
      a: definition('text', { default: 'of a' }),
      b: definition('text', { default: 'of b' }),
    };
    expect(completeValues(['a', 'b', 'c'], { b: '', c: 'given' }, definitions)).toEqual(
      new Map([
        ['a', 'of a'],
        ['b', ''],
        ['c', 'given'],
      ]),
    );
    expect(() => completeValues(['a', 'd', 'e'], {}, definitions)).toThrow('d, e');
  });

  it('of parameters that are called like something every object has are missing all the same', () => {
    expect(() => completeValues(['constructor'], {}, {})).toThrow('constructor');
  });
});
