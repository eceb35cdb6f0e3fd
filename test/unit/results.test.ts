import { describe, expect, it } from 'vitest';
import { addUpResults, readEnded, readResults, summaryLine } from '../support/results.ts';

type Test = { fullName: string; status: string; meta?: { skipReason?: string; notToBeHad?: boolean } };

function report(...tests: Test[]): string {
  return JSON.stringify({
    testResults: [{ name: '/p/test/a.test.ts', status: 'passed', assertionResults: tests }],
  });
}

const passes: Test = { fullName: 'does a thing', status: 'passed' };

describe('the end of a test run', () => {
  it('counts each test once and says why one was skipped', () => {
    const results = readResults(
      'unit',
      report(
        passes,
        { fullName: 'does another', status: 'failed' },
        { fullName: 'mounts', status: 'skipped', meta: { skipReason: 'it needs to run as root' } },
        { fullName: 'is left out', status: 'pending' },
      ),
      1,
      '/p',
    );
    expect(results.failed).toEqual(['test/a.test.ts: does another']);
    expect(results.skipped).toEqual([
      { test: 'test/a.test.ts: mounts', reason: 'it needs to run as root' },
      { test: 'test/a.test.ts: is left out', reason: 'no reason is given' },
    ]);
    expect(summaryLine(results)).toBe('1 passed, 1 failed, 2 skipped');
  });

  it('lets a skipped test fail where all are required', () => {
    const results = readResults('unit', report(passes, { fullName: 'mounts', status: 'skipped' }), 0, '/p');
    expect(summaryLine(addUpResults([results], false))).toBe('1 passed, 0 failed, 1 skipped');
    expect(summaryLine(addUpResults([results], true))).toBe('1 passed, 1 failed, 0 skipped');
  });

  it('names what nobody can have, and does not let it fail', () => {
    const meta = { skipReason: 'there is no Electron', notToBeHad: true };
    const text = report(passes, { fullName: 'opens a window', status: 'skipped', meta });
    const total = addUpResults([readResults('e2e', text, 0, '/p')], true);
    expect(summaryLine(total)).toBe('1 passed, 0 failed, 1 skipped');
    expect(total.skipped).toMatchObject([{ reason: 'there is no Electron' }]);
  });

  it('takes no run for a good one that had no tests, wrote no report or ended badly', () => {
    expect(readResults('unit', report(), 0, '/p').failed).toEqual(['unit: there are no tests']);
    expect(readResults('unit', null, 137, '/p').failed).toEqual(['unit: it ended with 137 and no report']);
    expect(readResults('unit', report(passes), 1, '/p').failed).toEqual(['unit: it ended with 1']);
  });

  it('counts a file that could not be loaded', () => {
    const text = JSON.stringify({
      testResults: [
        { name: '/p/test/a.test.ts', status: 'failed', assertionResults: [] },
        { name: '/p/test/b.test.ts', status: 'passed', assertionResults: [passes] },
      ],
    });
    expect(readResults('unit', text, 1, '/p').failed).toEqual(['test/a.test.ts: outside of any test']);
  });

  it('names what a run that was ended early had not come to, and takes it for no good one', () => {
    const ended = readEnded('unit', report(passes), ['/p/test/b.test.ts', '/p/test/c.test.ts'], '/p');
    const total = addUpResults(
      [ended, { passed: 1, failed: [], skipped: [], notRun: ['e2e: all of it'] }],
      true,
    );
    expect(total.notRun).toEqual(['unit: test/b.test.ts', 'unit: test/c.test.ts', 'e2e: all of it']);
    expect(total.failed).toEqual(['unit: it was ended early']);
    expect(summaryLine(total)).toBe('2 passed, 1 failed, 0 skipped');
  });

  it('says so where it was ended before its first file', () => {
    expect(readEnded('unit', report(), [], '/p').failed).toEqual(['unit: it was ended early']);
  });
});
