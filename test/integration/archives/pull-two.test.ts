import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { listArchives } from '../../../electron/archives/archive.ts';
import { startProgram } from '../../support/program.ts';
import { expectSoundCache, openScene, person, taken } from '../../support/pulling.ts';
import { full } from '../../support/skip.ts';

describe('two that pull', () => {
  it('the same publication make one pull between them, in two processes (D17)', async () => {
    await using scene = await openScene();
    scene.store.fault = ({ kind }) => (kind === 'file' ? { pauseMs: 50 } : null);
    const place = `${scene.store.url}/file/wf`;
    await using first = startProgram('pull', [place], scene.environment);
    await using second = startProgram('pull', [place], scene.environment);
    const lines = await Promise.all([first.line('pulled'), second.line('pulled')]);
    expect(lines[0]).toBe(lines[1]);
    const files = scene.store.requests.filter(({ kind }) => kind === 'file');
    expect(files).toHaveLength(taken.length);
  });

  it('the same publication make one pull between them, in one process (D17)', async () => {
    await using scene = await openScene();
    const [one, other] = await Promise.all([scene.pull(), scene.pull()]);
    expect(one).toEqual(other);
    expect(scene.store.requests.filter(({ kind }) => kind === 'file')).toHaveLength(taken.length);
  });

  it('do not stand in each other’s way after one was killed in the middle (E15)', async () => {
    await using scene = await openScene();
    const place = `${scene.store.url}/file/wf`;
    for (const name of full ? taken : ['schema-public.sql', person]) {
      let reached = () => {};
      const begun = new Promise<void>((resolve) => {
        reached = resolve;
      });
      scene.store.fault = (request) => {
        if (request.kind !== 'file' || request.path[1] !== name) return null;
        reached();
        return { stallAfter: 10 };
      };
      await using program = startProgram('pull', [place], scene.environment);
      await begun;
      await program.kill('SIGKILL');
      expect(listArchives(scene.core)).toEqual([]);
    }
    expect(readdirSync(join(scene.core.paths.cache, 'incoming')).length).toBeGreaterThan(0);
    scene.store.fault = () => null;
    const archive = await scene.pull();
    expect(archive.files).toHaveLength(taken.length);
    expect(existsSync(join(scene.core.paths.cache, 'incoming'))).toBe(true);
    expectSoundCache(scene.core);
  });
});
