import { describe, expect, it } from 'vitest';
import { judge, judgedBefore, keyOf, shippedPatterns } from '../support/judged.ts';
import { type Pattern, patternsOf } from '../support/patterns.ts';
import { full } from '../support/skip.ts';

interface Excepted {
  readonly path: string;
  /** How the pattern begins. */
  readonly begin: string;
  readonly reason: string;
  /** What a text that is made for it repeats; null for texts that are short. */
  readonly pump: string | null;
}

const lookbehind = 'a lookbehind lets it begin only where the one before could not have passed';

// The checker passes over lookbehinds and tries texts instead, so that it cannot tell; those have to grow with their
// text here. The others never meet a long one.
const excepted: readonly Excepted[] = [
  {
    path: 'electron/archives/defined.ts',
    begin: '^[ \\t]*CREATE',
    reason: 'it begins at the start of a line, and reads a name twice at most',
    pump: 'CREATE TABLE "a',
  },
  {
    path: 'electron/impersonation/columns.ts',
    begin: '^(?!reset|confirm',
    reason: 'it is of the names of columns, which have 63 bytes at most',
    pump: null,
  },
  {
    path: 'electron/servers/control.ts',
    begin: 'could not bind .*Address',
    reason: 'it is of the last 8 kB of the log of a server of ours that did not start',
    pump: null,
  },
  {
    path: 'electron/servers/docker/port.ts',
    begin: 'port is already allocated',
    reason: 'it is of one message of the container engine',
    pump: null,
  },
  {
    path: 'electron/sql/placeholders.ts',
    begin: '(?<comment>--',
    reason: `${lookbehind}, and the splitter has seen to it that what opens is closed`,
    pump: 'E%(A',
  },
  ...(
    [
      ['(?<![A-Za-z0-9._%+-])[A-Za-z0-9._%+-]+@', '-@0.-.-.-.-'],
      ['(?<![A-Za-z0-9_-])(?:gh[oprsu]_', 'ghp_mos-m'],
      ['(?<![A-Za-z0-9_-])eyJ', 'eyJJ-yeJeyy'],
      ['\\b((?:bearer|basic)\\s{1,20})', 'BASIC\t\t\t\t\t\t\t'],
      ["(\\bpassword\\s{1,20})'", "PASSWORD\t'\t"],
      ['\\b(set-cookie|cookie)', 'COOKIE\n\n:\t\n'],
      ['(?<![a-z0-9+.-])([a-z][a-z0-9+.-]{0,30}:', 'A://A'],
      ['-----BEGIN [A-Z ]{0,30}', '-----BEGIN PRIVATE KEY----------END PA'],
      ['((?:password|passwd', 'password="\\'],
    ] as const
  ).map(([begin, pump]) => ({
    path: 'electron/state/redact.ts',
    begin,
    reason: `each repetition has a bound, or ${lookbehind}`,
    pump,
  })),
];

const isOf = (pattern: Pattern, { path, begin }: Excepted): boolean =>
  pattern.path === path && pattern.source.startsWith(begin);

/** Processor time for going through a text of so many characters: least of three, since others work here too. */
function costOf({ source, flags }: Pattern, pump: string, length: number): number {
  const pattern = new RegExp(source, flags.includes('g') ? flags : `${flags}g`);
  const text = `${pump.repeat(Math.ceil(length / pump.length))}\0`;
  const costs = [1, 2, 3].map(() => {
    const before = process.cpuUsage();
    text.replace(pattern, '');
    const { user, system } = process.cpuUsage(before);
    return user + system;
  });
  return Math.min(...costs);
}

// Every regular expression of the code counts as one that meets outside text: what meets none today may tomorrow. 200
// comments in a row once hung the process for good, and seven patterns took the square of a text (faults F7).
describe('regular expressions', () => {
  const patterns = shippedPatterns();
  const known = judgedBefore();

  it('are found: literals, and what is made out of constants', () => {
    expect(patterns.length).toBeGreaterThan(350);
    const inner = '$' + '{a}';
    const text = `const a = '[x]'; const b = /a+/gi; new RegExp(\`^${inner}$\`, 'm'); RegExp(String.raw\`\\d${inner}\`);`;
    expect(
      patternsOf([{ path: 'x.ts', text }])
        .map(({ source, flags }) => `/${source}/${flags}`)
        .toSorted(),
    ).toEqual(['/\\d[x]/', '/^[x]$/m', '/a+/gi']);
    expect(() => patternsOf([{ path: 'x.ts', text: 'new RegExp(given)' }])).toThrow('what may stand there');
  });

  it('that are not linear are told from those that are', () => {
    for (const source of ['(a|a)*b', '(\\s|--[^\\n]*\\n|\\/\\*[\\s\\S]*?\\*\\/)*x', '\\s+$', 'a.*b.*c']) {
      expect(judge({ path: 'x.ts', source, flags: '' })).toMatch(/exponential|polynomial/);
    }
    expect(judge({ path: 'x.ts', source: '^a+b', flags: '' })).toBe('safe');
  });

  it('take time that grows with the text and no more, but for those that are excepted with a reason', () => {
    const open = patterns.filter(
      (pattern) => !excepted.some((one) => isOf(pattern, one)) && (full || !known.has(keyOf(pattern))),
    );
    const harmful = open
      .map((pattern) => ({ ...pattern, verdict: judge(pattern) }))
      .filter(({ verdict }) => verdict !== 'safe')
      .map(({ path, source, flags, verdict }) => `${path}: /${source}/${flags} is ${verdict}`);
    expect(harmful).toEqual([]);
    console.log(
      `regular expressions checked / all: ${patterns.length - excepted.length} / ${patterns.length}`,
    );
  }, 1_800_000);

  it('that are excepted are still there', () => {
    const gone = excepted.filter((one) => !patterns.some((pattern) => isOf(pattern, one)));
    expect(gone).toEqual([]);
  });

  it.each(excepted.filter(({ pump }) => pump !== null))(
    'that are excepted grow with their text all the same: $begin (F7)',
    (one) => {
      for (const pattern of patterns.filter((each) => isOf(each, one))) {
        const [small, large] = [100_000, 200_000].map((length) => costOf(pattern, one.pump ?? '', length));
        // Twice the text: twice the work, not four times. What is too quick to be measured is quick enough.
        if ((large ?? 0) > 20_000) expect((large ?? 0) / (small ?? 1)).toBeLessThan(3);
      }
    },
  );
});
