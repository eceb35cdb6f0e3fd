import { describe, expect, it } from 'vitest';
import { nearNames } from '../../../electron/restore/near.ts';

describe('nearNames', () => {
  const names = ['public.users', 'public.user_roles', 'public.Track', 'public.PlaylistTrack', 'sales.orders'];

  it.each([
    ['user', ['public.users', 'public.user_roles']],
    ['track', ['public.Track', 'public.PlaylistTrack']],
    ['public.usres', ['public.users']],
    ['sales.order', ['sales.orders']],
    ['ordres', ['sales.orders']],
    ['zebra', []],
    ['', []],
  ])('finds for %s what may be meant', (name, expected) => {
    expect(nearNames(name, names)).toEqual(expected);
  });

  it('shows no more than asked', () => {
    expect(nearNames('t', ['t1', 't2', 't3', 't4'], 2)).toHaveLength(2);
  });
});
