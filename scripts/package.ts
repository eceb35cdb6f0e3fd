import { join, resolve } from 'node:path';
import { Arch, build, Platform } from 'electron-builder';
import { bundle } from './bundle.ts';

const root = resolve(import.meta.dirname, '..');

/** Where packing reads and writes, for tests that must not meet each other; and an Electron that is there already. */
export interface Packing {
  readonly app: string;
  readonly output: string;
  readonly electronDist?: string;
  /** A page that is built already. */
  readonly page?: string;
  /** Only the folder that the packages are made from. */
  readonly folderOnly: boolean;
}

/** Bundles and packs Rockpool for this platform; nothing is signed or published. */
export async function pack({ app, output, electronDist, page, folderOnly }: Packing): Promise<void> {
  await bundle(app, page ?? null);
  const platform = Platform.current();
  await build({
    projectDir: root,
    targets: folderOnly ? platform.createTarget('dir', Arch[process.arch as 'x64']) : platform.createTarget(),
    publish: 'never',
    // On top of electron-builder.yml, which is read beside it.
    config: {
      directories: { app, output },
      ...(electronDist === undefined ? {} : { electronDist }),
    },
  });
}

if (import.meta.main) {
  const folderOnly = process.argv.includes('--dir');
  await pack({ app: join(root, 'dist', 'app'), output: join(root, 'dist', 'packages'), folderOnly });
}
