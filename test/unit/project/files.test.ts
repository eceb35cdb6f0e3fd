import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { envFileOf, insideOf } from '../../../electron/project/files.ts';
import { makeFolder, type TemporaryFolder } from '../../support/folder.ts';

let clone: TemporaryFolder;
beforeEach(() => {
  clone = makeFolder();
  for (const folder of ['.git/hooks', '.husky', 'config', 'tools']) {
    mkdirSync(join(clone.path, folder), { recursive: true });
  }
  writeFileSync(join(clone.path, 'tools/run'), '#!/bin/sh\n');
});
afterEach(() => clone[Symbol.dispose]());

const envFile = (name: string): string => envFileOf(clone.path, name, 'rockpool.yml');

describe('an env file that a project names', () => {
  it.each([
    '.env',
    '.env.local',
    '.env.development.local',
    '.env-test',
    'config/.env',
    'docker.env',
    'config/app.env',
  ])('may be %s', (name) => {
    expect(envFile(name)).toContain(name);
  });

  it.each([
    '.git/hooks/pre-commit',
    '.husky/pre-commit',
    'Makefile',
    'package.json',
    '.envrc',
    '.env.d/run',
    'run.env.sh',
    'x:.env',
    '.env ',
    '.env\n',
    '',
    '.',
  ])('is never %j, which somebody may run', (name) => {
    expect(() => envFile(name)).toThrow('rockpool.yml names');
  });

  it.each([
    '.git/.env',
    '.GIT/.env',
    '.Git./.env',
    '.git ./.env',
    'git~1/.env',
    'GIT~2/x.env',
    '.g\u200cit/.env',
    '.git::$INDEX_ALLOCATION/.env',
    'config/.git/modules/x/.env',
  ])('is never within git’s own folder, however that is written: %j', (name) => {
    expect(() => envFile(name)).toThrow('belongs to git');
    expect(() => insideOf(clone.path, name, 'rockpool.yml')).toThrow('belongs to git');
  });

  it('is not a link to another file, nor below one to git’s folder', () => {
    symlinkSync('tools/run', join(clone.path, '.env'));
    symlinkSync('.git', join(clone.path, 'linked'));
    symlinkSync('config/.env', join(clone.path, '.env.local'));
    expect(() => envFile('.env')).toThrow('as an env file');
    expect(() => envFile('linked/.env')).toThrow('belongs to git');
    expect(envFile('.env.local')).toContain('.env.local');
  });
});
