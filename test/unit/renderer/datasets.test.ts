import { describe, expect, it } from 'vitest';
import type { Revision, Source } from '../../../electron/contract/source.ts';
import {
  emptyInstall,
  missingBytes,
  nameProblemOf,
  requestOf,
} from '../../../renderer/pages/datasets/install-form.ts';
import { rowsOf } from '../../../renderer/pages/datasets/rows.ts';
import { emptyForm, problemsOf, proposeSourceName, s3Of } from '../../../renderer/pages/sources/form.ts';

const bucket: Source = { name: 'exports', kind: 's3', url: 's3://exports' };
const store: Source = { name: 'staging', kind: 'filestore', url: 'http://127.0.0.1:3000' };
const revision = (id: string): Revision => ({
  id,
  publishedAt: null,
  sizeBytes: null,
  files: 1,
  format: null,
});
const listed = {
  isLoading: false,
  failure: null,
  data: [
    { source: 'exports', dataset: 'crm', revisions: [revision('2'), revision('1')] },
    { source: 'exports', dataset: 'Billing', revisions: [revision('7')] },
  ],
};

const kindsOf = (...args: Parameters<typeof rowsOf>) =>
  rowsOf(...args).map((row) => (row.kind === 'revision' ? row.key : row.kind));

describe('the lines of the datasets page', () => {
  it('show the newest revision of each dataset, and the older ones of those that are open', () => {
    expect(kindsOf([bucket], { exports: listed }, new Set(), '')).toEqual([
      'source',
      'exports/crm@2',
      'exports/Billing@7',
    ]);
    expect(kindsOf([bucket], { exports: listed }, new Set(['exports/crm']), '')).toEqual([
      'source',
      'exports/crm@2',
      'exports/crm@1',
      'exports/Billing@7',
    ]);
  });

  it('find by a part of the name, whatever the case, and say where nothing is', () => {
    expect(kindsOf([bucket], { exports: listed }, new Set(), 'bill')).toEqual([
      'source',
      'exports/Billing@7',
    ]);
    expect(kindsOf([bucket], { exports: listed }, new Set(), 'nothing')).toEqual(['source', 'nothing']);
  });

  it('wait and fail a source at a time, and keep what was listed before', () => {
    const failure = { code: 'source_unreachable', message: '', hint: null, detail: null, job: null } as const;
    expect(kindsOf([bucket, store], { exports: { ...listed, failure } }, new Set(), '')).toEqual([
      'source',
      'failed',
      'exports/crm@2',
      'exports/Billing@7',
      'source',
      'waiting',
    ]);
  });

  it('let a dataset of a file store be named, which cannot list its own', () => {
    const nothing = { isLoading: false, failure: null, data: [] };
    expect(kindsOf([store], { staging: nothing }, new Set(), '')).toEqual(['source', 'workflow']);
  });
});

describe('an install dialog', () => {
  it('asks for null where nothing was said', () => {
    expect(requestOf('a/b', { ...emptyInstall, name: 'acme', port: '54017', schemaFile: ' ' })).toEqual({
      dataset: 'a/b',
      name: 'acme',
      server: 'embedded',
      postgres: null,
      port: 54017,
      schemaFile: null,
      afterFile: null,
      tables: null,
      createdb: false,
      allowPersonalData: null,
    });
  });

  it('tells at once of a name that cannot be one', () => {
    for (const name of ['', 'Acme', '1st', 'a-b', 'a'.repeat(32)]) expect(nameProblemOf(name)).not.toBeNull();
    for (const name of ['a', 'acme_2', 'a'.repeat(31)]) expect(nameProblemOf(name)).toBeNull();
  });

  it('counts what stays free, and what is missing (D19)', () => {
    const disk = { freeBytes: 10_000, keepFreeBytes: 1000 };
    expect(missingBytes(9000, disk)).toBe(0);
    expect(missingBytes(9500, disk)).toBe(500);
    expect(missingBytes(null, disk)).toBeNull();
  });
});

describe('the form of a source', () => {
  it('proposes a name that is not in use', () => {
    expect(proposeSourceName('s3', 's3://Acme.Datasets/exports', [])).toBe('acme-datasets');
    expect(proposeSourceName('s3', 's3://acme', ['acme', 'acme-2'])).toBe('acme-3');
    expect(proposeSourceName('filestore', 'http://127.0.0.1:3000', [])).toBe('agent');
    expect(proposeSourceName('folder', '/home/me/exports', [])).toBe('exports');
    expect(proposeSourceName('s3', '', [])).toBe('bucket');
  });

  it('tells what an address of each kind looks like', () => {
    const problem = (kind: Source['kind'], url: string) =>
      problemsOf({ ...emptyForm(kind), name: 'a', url }).url !== undefined;
    expect([problem('s3', 'acme'), problem('s3', 's3://acme')]).toEqual([true, false]);
    expect([problem('filestore', '127.0.0.1'), problem('filestore', 'http://127.0.0.1')]).toEqual([
      true,
      false,
    ]);
    expect([problem('folder', 'exports'), problem('folder', '/exports')]).toEqual([true, false]);
  });

  it('sends the options of a bucket that were given, and none for other kinds', () => {
    const filled = { ...emptyForm('s3'), region: ' eu-west-1 ', pathStyle: true, noChecksums: true };
    expect(s3Of(filled)).toEqual({ region: 'eu-west-1', pathStyle: true, checksums: 'when-required' });
    expect(s3Of({ ...filled, kind: 'folder' })).toEqual({});
  });
});
