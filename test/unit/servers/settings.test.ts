import { describe, expect, it } from 'vitest';
import { serverSettings, writeSettings } from '../../../electron/servers/settings.ts';

const gibibyte = 1024 ** 3;
const usual = { name: 'embedded', port: 28_200, freeBytes: 80 * gibibyte, sharedMemoryBytes: gibibyte };

function settingOf(name: string, wish: Partial<typeof usual>): string | number | undefined {
  return serverSettings({ ...usual, ...wish }).find((setting) => setting.name === name)?.value;
}

describe('settings of a server', () => {
  it('allow temporary files half of the free space, within reason (C13)', () => {
    expect(settingOf('temp_file_limit', {})).toBe('40GB');
    expect(settingOf('temp_file_limit', { freeBytes: 0 })).toBe('1GB');
    expect(settingOf('temp_file_limit', { freeBytes: 9000 * gibibyte })).toBe('64GB');
  });

  it('keep out of a /dev/shm that is too small for parallel queries', () => {
    expect(settingOf('dynamic_shared_memory_type', {})).toBeUndefined();
    expect(settingOf('dynamic_shared_memory_type', { sharedMemoryBytes: 64 * 1024 ** 2 })).toBe('mmap');
  });

  it('name each setting once', () => {
    const names = serverSettings(usual).map((setting) => setting.name);
    expect(new Set(names).size).toBe(names.length);
  });

  it('are written so that no value ends its line or its quotes', () => {
    const text = writeSettings([{ name: 'cluster_name', value: "it's", reason: 'a reason' }]);
    expect(text).toContain("\ncluster_name = 'it''s'  # a reason\n");
  });
});
