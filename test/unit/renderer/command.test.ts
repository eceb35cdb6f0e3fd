import { describe, expect, it } from 'vitest';
import type { InstallRequest } from '../../../electron/contract/install.ts';
import type { Job } from '../../../electron/contract/job.ts';
import { commandOf, installCommand, jobCommand, sourceCommand } from '../../../renderer/store/command.ts';

const request = {
  dataset: 'staging/8f1c@42',
  name: 'acme',
  server: 'embedded',
  postgres: null,
  port: null,
  schemaFile: null,
  afterFile: null,
  tables: null,
  createdb: false,
  allowPersonalData: null,
} satisfies InstallRequest;

const job = (kind: Job['kind'], asked: Job['request']): Job => ({
  id: '0123456789',
  kind,
  title: '',
  state: 'failed',
  install: 'acme',
  createdAt: '2026-01-01T00:00:00.000Z',
  startedAt: null,
  endedAt: null,
  progress: 0,
  etaMs: null,
  steps: [],
  error: null,
  request: asked,
  remote: false,
});

describe('the command of an action', () => {
  it('quotes what a shell would read otherwise', () => {
    expect(commandOf('snapshot', 'save', 'acme', "it's; rm -rf $HOME")).toBe(
      `rockpool snapshot save acme 'it'\\''s; rm -rf $HOME'`,
    );
    expect(commandOf('snapshot', 'save', 'acme', '')).toBe("rockpool snapshot save acme ''");
  });

  it('names what an install differs in from the defaults, and nothing else', () => {
    expect(installCommand(request)).toBe('rockpool install staging/8f1c@42 --as acme');
    expect(
      installCommand({
        ...request,
        dataset: '/my exports/a.sql',
        server: 'docker',
        postgres: 17,
        port: 54017,
        schemaFile: '/s.sql',
        afterFile: '/a.sql',
        tables: ['public.users', 'public.teams'],
        createdb: true,
        allowPersonalData: 'a test of ours',
      }),
    ).toBe(
      "rockpool install '/my exports/a.sql' --as acme --server docker --postgres 17 --port 54017 --schema /s.sql --tables public.users,public.teams --after /a.sql --createdb --allow-personal-data 'a test of ours'",
    );
  });

  it('names the options of a bucket', () => {
    expect(
      sourceCommand('minio', 's3://data', {
        endpoint: 'https://minio.example.com:9000',
        pathStyle: true,
        anonymous: true,
        checksums: 'when-required',
      }),
    ).toBe(
      'rockpool source add minio s3://data --endpoint https://minio.example.com:9000 --path-style --anonymous --checksums when-required',
    );
  });

  it('does again what a job did, where the job says enough', () => {
    expect(jobCommand(job('install', { name: 'acme', asked: request }))).toBe(installCommand(request));
    expect(jobCommand(job('install', { name: 'acme', asked: null }))).toBeNull();
    expect(jobCommand(job('update', { name: 'acme', to: '41' }))).toBe('rockpool update acme --to 41');
    expect(jobCommand(job('snapshot', { act: 'restore', label: 'before update' }))).toBe(
      "rockpool snapshot restore acme 'before update'",
    );
    expect(jobCommand(job('spare', {}))).toBeNull();
  });
});
