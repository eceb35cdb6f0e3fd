import { describe, expect, it } from 'vitest';
import { nextPublication } from '../../../electron/agent/next-publication.ts';

describe('the next publication of a workflow', () => {
  const now = new Date('2026-11-22T09:00:00Z');

  it.each([
    ['0 2 * * *', '2026-11-23T02:00:00.000Z'],
    ['@weekly', '2026-11-29T00:00:00.000Z'],
    ['@hourly', '2026-11-22T10:00:00.000Z'],
  ])('of the schedule %s is told in UTC', (schedule, next) => {
    expect(nextPublication(schedule, now)).toBe(next);
  });

  it.each([[null], ['@once'], ['None'], ['61 * * * *'], ['']])('of %s is not known', (schedule) => {
    expect(nextPublication(schedule, now)).toBeNull();
  });
});
