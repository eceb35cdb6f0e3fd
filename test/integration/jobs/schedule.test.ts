import { describe, expect, it } from 'vitest';
import { RockpoolError } from '../../../electron/contract/errors.ts';
import type { Schedule } from '../../../electron/contract/schedule.ts';
import { listJobs } from '../../../electron/jobs/history.ts';
import { type Clock, runSchedules } from '../../../electron/jobs/schedule-runner.ts';
import { nextRuns, readTimes } from '../../../electron/jobs/schedule-times.ts';
import { addSchedule } from '../../../electron/jobs/schedule-wish.ts';
import { listSchedules, removeSchedule, scheduleRunner } from '../../../electron/jobs/schedules.ts';
import type { Core } from '../../../electron/state/core.ts';
import { makeCore } from '../../support/core.ts';

/** A clock that a test moves: waiting takes no time, and between two dates the machine sleeps. */
class TestClock implements Clock {
  #now: number;
  readonly #end: number;
  readonly #asleep: readonly (readonly [string, string])[];
  readonly #stop: AbortController;

  constructor(
    start: string,
    end: string,
    stop: AbortController,
    asleep: readonly (readonly [string, string])[] = [],
  ) {
    this.#now = Date.parse(start);
    this.#end = Date.parse(end);
    this.#stop = stop;
    this.#asleep = asleep;
  }

  now(): Date {
    return new Date(this.#now);
  }

  /** Lets work take its time while the machine is awake. */
  pass(minutes: number): void {
    this.#now += minutes * 60_000;
  }

  async wait(): Promise<void> {
    // A tick is a minute here, so that a week is 10,080 of them.
    this.#now += 60_000;
    const sleep = this.#asleep.find(
      ([from, to]) => this.#now >= Date.parse(from) && this.#now < Date.parse(to),
    );
    if (sleep !== undefined) this.#now = Date.parse(sleep[1]) + 7000;
    if (this.#now >= this.#end) this.#stop.abort();
  }
}

interface Done {
  readonly action: string;
  readonly at: string;
}

/** Lets a scheduler live from one date to another, and returns what it did. */
async function live(
  core: Core,
  from: string,
  to: string,
  {
    asleep = [],
    fail,
    takesMinutes = 0,
  }: { asleep?: readonly (readonly [string, string])[]; fail?: () => Error; takesMinutes?: number } = {},
): Promise<Done[]> {
  const stop = new AbortController();
  const clock = new TestClock(from, to, stop, asleep);
  const done: Done[] = [];
  await runSchedules(core, {
    signal: stop.signal,
    clock,
    stay: true,
    perform: async ({ action }: Schedule) => {
      done.push({ action, at: clock.now().toISOString().slice(0, 16) });
      clock.pass(takesMinutes);
      if (fail !== undefined) throw fail();
      return 'job1';
    },
  });
  return done;
}

const wish = { install: 'acme', action: 'reset' as const };

describe('a week of schedules', () => {
  it('runs each once at its time, catches up once after sleep where that was chosen, and tells what was missed', async () => {
    using test = makeCore();
    const { core } = test;
    const start = new Date('2026-03-23T00:00:00Z');
    const caught = addSchedule(core.state, { ...wish, when: '0 7 * * *', missed: 'run' }, start);
    const skipped = addSchedule(
      core.state,
      { ...wish, action: 'update', when: '0 7 * * *', missed: 'skip' },
      start,
    );
    addSchedule(core.state, { ...wish, when: '2026-03-25T12:00Z' }, start);
    // The lid is closed on two mornings; the window is closed from Thursday to Saturday noon, as no process lives.
    const monday = await live(core, '2026-03-23T00:00:00Z', '2026-03-26T00:00:00Z', {
      asleep: [['2026-03-24T06:00:00Z', '2026-03-24T09:30:00Z']],
    });
    const saturday = await live(core, '2026-03-28T12:00:00Z', '2026-03-30T00:00:00Z');
    expect([...monday, ...saturday]).toEqual([
      { action: 'reset', at: '2026-03-23T07:00' },
      { action: 'update', at: '2026-03-23T07:00' },
      { action: 'reset', at: '2026-03-24T09:30' },
      { action: 'reset', at: '2026-03-25T07:00' },
      { action: 'update', at: '2026-03-25T07:00' },
      { action: 'reset', at: '2026-03-25T12:00' },
      { action: 'reset', at: '2026-03-28T12:00' },
      { action: 'reset', at: '2026-03-29T07:00' },
      { action: 'update', at: '2026-03-29T07:00' },
    ]);
    const missed = listJobs(core.state).map(({ kind, state, request }) => [
      kind,
      state,
      request.missed,
      request.schedule,
    ]);
    expect(missed.toSorted()).toEqual(
      [
        // The one of Tuesday, and three of Thursday to Saturday; of the caught-up ones two came too late for good.
        ['update', 'cancelled', 1, skipped.id],
        ['update', 'cancelled', 3, skipped.id],
        ['reset', 'cancelled', 2, caught.id],
      ].toSorted(),
    );
    expect(listSchedules(core.state).map(({ id }) => id)).toEqual([caught.id, skipped.id]);
  });

  it('keeps to the clocks of a zone over a change of clocks, also in the hour that is left out or comes twice', async () => {
    using test = makeCore();
    const { core } = test;
    addSchedule(
      core.state,
      { ...wish, when: '30 2 * * *', zone: 'Europe/Berlin' },
      new Date('2026-03-27T12:00:00Z'),
    );
    expect(await live(core, '2026-03-27T12:00:00Z', '2026-03-30T12:00:00Z')).toEqual([
      { action: 'reset', at: '2026-03-28T01:30' },
      // 2:30 is not there on the 29th: it is done when the gap is over.
      { action: 'reset', at: '2026-03-29T01:00' },
      { action: 'reset', at: '2026-03-30T00:30' },
    ]);
    expect(await live(core, '2026-10-24T12:00:00Z', '2026-10-26T12:00:00Z')).toEqual([
      { action: 'reset', at: '2026-10-24T12:00' },
      { action: 'reset', at: '2026-10-25T00:30' },
      { action: 'reset', at: '2026-10-26T01:30' },
    ]);
  });

  it('is the same hour in UTC all year', () => {
    const times = readTimes('0 7 * * 1-5', 'UTC', new Date('2026-01-01T00:00:00Z'));
    const hours = nextRuns(times, new Date('2026-03-20T00:00:00Z'), 200).map((at) => at.getUTCHours());
    expect(new Set(hours)).toEqual(new Set([7]));
  });

  it('goes on after a run that failed, and writes down one that could not even begin', async () => {
    using test = makeCore();
    const { core } = test;
    addSchedule(core.state, { ...wish, when: '0 * * * *' }, new Date('2026-03-23T00:00:00Z'));
    const busy = (): Error => new RockpoolError('busy', 'Somebody works on it.');
    const done = await live(core, '2026-03-23T00:00:00Z', '2026-03-23T02:30:00Z', { fail: busy });
    expect(done).toHaveLength(2);
    expect(listJobs(core.state).map(({ state, error }) => [state, error?.code])).toEqual([
      ['failed', 'busy'],
      ['failed', 'busy'],
    ]);
    expect(listSchedules(core.state)[0]?.last).toMatchObject({ outcome: 'failed' });
  });

  it('misses nothing while another run takes its time', async () => {
    using test = makeCore();
    const { core } = test;
    const start = new Date('2026-03-23T00:00:00Z');
    addSchedule(core.state, { ...wish, when: '0 7 * * *' }, start);
    addSchedule(core.state, { ...wish, action: 'update', when: '5 7 * * *', missed: 'skip' }, start);
    const done = await live(core, '2026-03-23T06:00:00Z', '2026-03-23T09:00:00Z', { takesMinutes: 20 });
    expect(done.map(({ action }) => action)).toEqual(['reset', 'update']);
    expect(listJobs(core.state)).toEqual([]);
  });

  it('does nothing twice where the clock is set back', async () => {
    using test = makeCore();
    const { core } = test;
    addSchedule(core.state, { ...wish, when: '0 * * * *' }, new Date('2026-03-23T00:00:00Z'));
    expect(await live(core, '2026-03-23T00:00:00Z', '2026-03-23T01:30:00Z')).toHaveLength(1);
    expect(await live(core, '2026-03-23T00:30:00Z', '2026-03-23T01:30:00Z')).toHaveLength(0);
    expect(await live(core, '2026-03-23T01:30:00Z', '2026-03-23T02:30:00Z')).toHaveLength(1);
  });

  it('tells a long absence of a schedule of each minute in one line', async () => {
    using test = makeCore();
    const { core } = test;
    addSchedule(core.state, { ...wish, when: '* * * * *', missed: 'skip' }, new Date('2026-03-01T00:00:00Z'));
    await live(core, '2026-03-08T00:00:30Z', '2026-03-08T00:00:40Z');
    const [job, ...others] = listJobs(core.state);
    expect(others).toEqual([]);
    // The latest of them had only just come when the machine woke, and was no more late than a tick.
    expect(job?.request.missed).toBe(7 * 24 * 60 - 1);
  });
});

describe('a runner', () => {
  it('is one at a time; a worker that finds another ends, a window waits and takes over', async () => {
    using test = makeCore();
    const { core } = test;
    const { id } = addSchedule(core.state, { ...wish, when: '0 7 * * *' });
    const first = new AbortController();
    const perform = async (): Promise<null> => null;
    const running = runSchedules(core, { signal: first.signal, perform });
    expect(scheduleRunner(core.state)).toEqual({ pid: process.pid });
    await runSchedules(core, { signal: first.signal, perform });
    const window = new AbortController();
    const waiting = runSchedules(core, { signal: window.signal, perform, stay: true });
    first.abort();
    await running;
    while (scheduleRunner(core.state) === null) await new Promise((resolve) => setTimeout(resolve, 20));
    window.abort();
    await waiting;
    expect(scheduleRunner(core.state)).toBeNull();
    removeSchedule(core.state, id);
    await runSchedules(core, { signal: new AbortController().signal, perform });
  });
});

describe('a time', () => {
  const now = new Date('2026-03-20T00:00:00Z');

  it.each([
    ['0 7 * *', 'UTC'],
    ['61 7 * * *', 'UTC'],
    ['* * * * * *', 'UTC'],
    ['0 0 30 2 *', 'UTC'],
    ['tomorrow', 'UTC'],
    ['0 7 * * *', 'Mars/Olympus'],
    ['2026-03-19T12:00Z', 'UTC'],
    ['2026-02-30T12:00Z', 'UTC'],
    ['2026-03-29T02:30', 'Europe/Berlin'],
  ])('that is none, has passed or is left out by a change of clocks is refused: %s in %s', (when, zone) => {
    expect(() => readTimes(when, zone, now)).toThrow(expect.objectContaining({ code: 'schedule_invalid' }));
  });

  it.each([
    ['2026-03-29T03:30', 'Europe/Berlin', '2026-03-29T01:30:00.000Z'],
    ['2026-03-29 08:55', 'UTC', '2026-03-29T08:55:00.000Z'],
    ['2026-03-29T08:55+02:00', 'UTC', '2026-03-29T06:55:00.000Z'],
  ])('is once: %s in %s', (when, zone, at) => {
    expect(readTimes(when, zone, now)).toMatchObject({ cron: null, once: at });
  });
});
