import { describe, expect, it } from 'vitest';
import type { Job } from '../../../electron/contract/job.ts';
import { arrivingOf } from '../../../renderer/store/arriving.ts';
import { buttonsOf, minutesUntil, primaryOf } from '../../../renderer/store/primary.ts';

const now = Date.parse('2026-03-01T12:00:00.000Z');

const job = (id: string, change: Partial<Job>): Job => ({
  id,
  kind: 'install',
  title: `Install ${change.install ?? 'acme'}`,
  state: 'running',
  install: 'acme',
  createdAt: '2026-03-01T11:00:00.000Z',
  startedAt: null,
  endedAt: null,
  progress: 0,
  etaMs: null,
  steps: [],
  error: null,
  request: {},
  remote: false,
  ...change,
});

describe('the one action that fits', () => {
  const running = { serverState: 'running' as const };

  it('is to start a server that does not run, whatever else there is to do', () => {
    for (const serverState of ['stopped', 'failed'] as const)
      expect(primaryOf({ serverState }, { changedRows: 5 })).toBe('start');
  });

  it('is to reset where something was changed, else to open', () => {
    expect(primaryOf(running, { changedRows: 5 })).toBe('reset');
    expect(primaryOf(running, { changedRows: 0 })).toBe('open');
    expect(primaryOf(running, { changedRows: null })).toBe('open');
  });

  it('is among buttons that never change their place or what they do', () => {
    for (const primary of ['open', 'reset'] as const) {
      expect(buttonsOf(primary)).toEqual(['reset', 'open']);
      expect(buttonsOf(primary, true)).toEqual(['self', 'reset', 'open']);
    }
    expect(buttonsOf('start')).toEqual(['start', 'open']);
  });

  it('counts the minutes of an undo up, so that none is promised that is over', () => {
    expect(minutesUntil('2026-03-01T12:09:01.000Z', now)).toBe(10);
    expect(minutesUntil('2026-03-01T11:59:00.000Z', now)).toBe(1);
  });
});

describe('installs on their way', () => {
  const none = new Set<string>();

  it('are those that run or failed lately and are no install yet, the newest job of each name', () => {
    const jobs = [
      job('3', { install: 'crm', state: 'failed', endedAt: '2026-03-01T11:30:00.000Z' }),
      job('2', { install: 'crm' }),
      job('1', { install: 'billing' }),
      job('0', { install: 'there' }),
    ];
    expect(arrivingOf(jobs, [{ name: 'there' }], none, now).map(({ id }) => id)).toEqual(['3', '1']);
  });

  it('do not come back once they were put away, nor after a day, nor as an older failure', () => {
    const failed = { state: 'failed' as const, endedAt: '2026-03-01T11:30:00.000Z' };
    const jobs = [job('2', failed), job('1', failed)];
    expect(arrivingOf(jobs, [], new Set(['2']), now)).toEqual([]);
    expect(arrivingOf(jobs, [], none, now + 24 * 3600 * 1000)).toEqual([]);
    expect(arrivingOf([job('1', { state: 'cancelled' })], [], none, now)).toEqual([]);
  });
});
