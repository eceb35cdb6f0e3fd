import { describe, expect, it } from 'vitest';
import { isPortFree, pickPort, portHolder } from '../../../electron/servers/ports.ts';
import { listenOn } from '../../support/port.ts';

describe('ports', () => {
  it('tell who listens on them (E3)', async () => {
    await using listener = await listenOn(0);
    expect(portHolder(listener.port)).toMatchObject({ pid: process.pid });
    expect(portHolder(listener.port)?.phrase).toContain(`process ${process.pid}`);
  });

  it('are not free while somebody listens and free afterwards', async () => {
    const listener = await listenOn(0);
    expect(await isPortFree(listener.port)).toBe(false);
    await listener[Symbol.asyncDispose]();
    expect(await isPortFree(listener.port)).toBe(true);
    expect(portHolder(listener.port)).toBeNull();
  });

  it('are picked below the ephemeral ranges, and past those that are known or taken', async () => {
    const first = await pickPort('00000007', new Set());
    expect(first).toBeGreaterThanOrEqual(28_200);
    expect(first).toBeLessThan(32_768);
    await using listener = await listenOn(first);
    const second = await pickPort('00000007', new Set([first + 1]));
    expect(second).not.toBe(listener.port);
    expect(second).not.toBe(first + 1);
  });
});
