import { describe, expect, it } from 'vitest';
import { Room, watchRoom } from '../../../electron/restore/room.ts';

const megabyte = 1024 * 1024;

/** A disk that says each time what is next on the list, and the last for ever. */
function diskOf(...free: (number | null)[]) {
  return {
    place: '/data',
    freeBytes: async () => (free.length > 1 ? (free.shift() ?? null) : (free[0] ?? null)),
  };
}

describe('the room that an archive has to unpack into (C22)', () => {
  it('ends where more has come than could ever fit, whatever is free then', async () => {
    const room = await Room.open(diskOf(110 * megabyte), 100 * megabyte);
    for (let taken = 0; taken < 40; taken++) await room.take(megabyte);
    await expect(room.take(1)).rejects.toMatchObject({ code: 'space_needed', detail: { place: '/data' } });
  });

  it('ends where the disk fills up meanwhile, before what has to stay free is gone', async () => {
    const room = await Room.open(diskOf(1e12, 1e12, 99 * megabyte), 100 * megabyte);
    await room.take(128 * megabyte);
    await expect(room.take(128 * megabyte)).rejects.toMatchObject({
      code: 'space_needed',
      detail: { freeBytes: 99 * megabyte },
    });
  });

  it('has no end where nobody can tell what is free', async () => {
    const room = await Room.open(diskOf(null), 100);
    await room.take(1e15);
  });
});

describe('a disk that is watched while statements run (C22)', () => {
  it('aborts with what is missing once less is free than has to stay so', async () => {
    using watch = watchRoom(diskOf(1e12, 99 * megabyte), 100 * megabyte, new AbortController().signal);
    await new Promise((resolve) => watch.signal.addEventListener('abort', resolve));
    expect(watch.signal.reason).toMatchObject({ code: 'space_needed', detail: { freeBytes: 99 * megabyte } });
  });

  it('aborts with the job, and passes over a server that does not answer', async () => {
    const job = new AbortController();
    let asked = 0;
    const disk = {
      place: '/data',
      freeBytes: async () => {
        if (++asked === 2) job.abort(new Error('cancelled'));
        throw new Error('gone');
      },
    };
    using watch = watchRoom(disk, 100, job.signal);
    await new Promise((resolve) => watch.signal.addEventListener('abort', resolve));
    expect(watch.signal.reason).toMatchObject({ message: 'cancelled' });
  });
});
