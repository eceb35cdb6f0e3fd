import { describe, expect, it } from 'vitest';
import { ErrorReport, RockpoolError } from '../../../electron/contract/errors.ts';
import { describeUnexpected, reportOf } from '../../../electron/jobs/report.ts';

const rowValue = 'jo@example.com is in the way';

describe('what is told of an error', () => {
  it('is all of an expected one, without secrets (F6)', () => {
    const error = new RockpoolError('source_denied', 'http://ann:hunter2@files.example refuses.', {
      hint: 'Check password=hunter2.',
      detail: { url: 'http://ann:hunter2@files.example/file', status: 403, retry: false, at: null },
    });
    const report = ErrorReport.parse(reportOf(error, '/home/ann/rockpool.log'));
    expect(JSON.stringify(report)).not.toContain('hunter2');
    expect(report).toMatchObject({ code: 'source_denied', detail: { status: 403, retry: false, at: null } });
  });

  it.each([
    ['an error', Object.assign(new TypeError(rowValue), { detail: rowValue, where: rowValue })],
    ['an error with a code', Object.assign(new Error(rowValue), { code: '23505' })],
    ['a text', rowValue],
    ['nothing', null],
  ])('is the code internal and the log’s place for %s that nobody expected (F5)', (_what, thrown) => {
    const report = ErrorReport.parse(reportOf(thrown, '/home/ann/rockpool.log'));
    expect(report.code).toBe('internal');
    expect(report.hint).toContain('/home/ann/rockpool.log');
    expect(JSON.stringify(report)).not.toContain('example.com');
  });

  it('is server_stopped for a connection that ended where nobody awaited it, also behind a failed closing (E5)', () => {
    const lost = new Error('Connection terminated unexpectedly');
    expect(reportOf(lost, 'log').code).toBe('server_stopped');
    expect(reportOf(Object.assign(new Error(rowValue), { code: 'ECONNRESET' }), 'log').code).toBe(
      'server_stopped',
    );
    const refused = new RockpoolError('busy', 'Busy.');
    expect(reportOf(new SuppressedError(lost, refused, rowValue), 'log').code).toBe('busy');
  });

  it('in the log of one that PostgreSQL sent is its code and place, not its words (F5)', () => {
    const error = Object.assign(new Error(`Key (email)=(${rowValue}) already exists.`), { code: '23505' });
    const text = describeUnexpected(error);
    expect(text).toContain('23505');
    expect(text).toMatch(/\n\s+at /);
    expect(text).not.toContain('example.com');
  });
});
