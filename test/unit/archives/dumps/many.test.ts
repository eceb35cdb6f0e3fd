import { describe, expect, it } from 'vitest';
import { bytesOfBuffer } from '../../../../electron/archives/dumps/bytes.ts';
import { listTar } from '../../../../electron/archives/dumps/tar.ts';
import { listZip } from '../../../../electron/archives/dumps/zip.ts';
import { SpaceWatch } from '../../../../electron/archives/space.ts';
import { makeFolder } from '../../../support/folder.ts';

/** A tar of empty files or folders that are all called the same, as half a kilobyte each. */
function tarOf(count: number, type: string): Buffer {
  const header = Buffer.alloc(512);
  header.write('a.csv');
  header.write('0000644\0', 100);
  header.write('00000000000\0', 124);
  header.write(`        ${type}`, 148);
  header.write('ustar\u000000', 257);
  const sum = header.reduce((all, byte) => all + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return Buffer.concat([Buffer.alloc(count * 512, header), Buffer.alloc(1024)]);
}

describe('an archive of very many files', () => {
  it.each(['0', '5'])('is refused before they take the memory, entries of type %s (C22)', async (type) => {
    const bomb = bytesOfBuffer(tarOf(200_001, type), 'bomb.tar');
    await expect(listTar(bomb)).rejects.toMatchObject({
      code: 'unsafe_name',
      message: expect.stringContaining('more than 200000 files'),
    });
  });

  it('is refused as a zip, by what its directory says', async () => {
    const end = Buffer.alloc(22 + 20 + 56);
    end.write('PK\u0006\u0006', 0, 'latin1');
    end.writeBigUInt64LE(200_001n, 32);
    end.write('PK\u0006\u0007', 56, 'latin1');
    end.write('PK\u0005\u0006', 76, 'latin1');
    end.writeUInt16LE(0xffff, 76 + 10);
    await expect(listZip(bytesOfBuffer(end, 'bomb.zip'))).rejects.toMatchObject({
      message: expect.stringContaining('more than 200000 files'),
    });
  });
});

describe('bytes of unknown number that are written to a disk', () => {
  it('end once less is free than has to stay so, however much was free when they began (C22, D19)', async () => {
    using folder = makeFolder();
    const roomy = new SpaceWatch({ folder: folder.path, what: 'Pulling x', keepFreeBytes: 0 });
    for (let taken = 0; taken < 4; taken++) await roomy.take(32 * 1024 ** 2);
    const full = new SpaceWatch({
      folder: folder.path,
      what: 'Pulling x',
      keepFreeBytes: Number.MAX_SAFE_INTEGER,
    });
    await expect(full.take(1)).rejects.toMatchObject({ code: 'space_needed' });
  });
});
