import { describe, expect, it } from 'vitest';
import { engineError, reachError, sentenceOf, whyNot } from '../../../../electron/servers/docker/failures.ts';
import type { Place } from '../../../../electron/servers/docker/places.ts';

const place = (name: string): Place => ({ name, endpoint: `unix:///${name}`, certificates: null });
const errno = (code: string) => Object.assign(new Error(code), { code });

describe('engines that do not answer', () => {
  it.each([
    ['ENOENT', 'absent', 'docker context ls'],
    ['ECONNREFUSED', 'dead', 'systemctl start docker'],
    ['EACCES', 'denied', 'usermod -aG docker'],
    ['ETIMEDOUT', 'silent', 'Resume'],
  ])('have a remedy of their own for %s (E1)', (code, why, remedy) => {
    expect(whyNot(errno(code))).toBe(why);
    const error = reachError([{ place: place('one'), why: whyNot(errno(code)) }], false);
    expect(error.code).toBe('server_unavailable');
    expect(error.hint).toContain(remedy);
    expect(error.hint).toContain('--server embedded');
    expect(error.message).toContain('unix:///one');
  });

  it('are told apart from a paused Docker Desktop, which answers with that', () => {
    const paused = Object.assign(new Error('Docker Desktop is manually paused.'), { statusCode: 500 });
    expect(whyNot(paused)).toBe('paused');
    expect(reachError([{ place: place('one'), why: 'paused' }], false).hint).toContain('Resume');
  });

  it('name the one that is nearest to working, and all that was tried', () => {
    const error = reachError(
      [
        { place: place('one'), why: 'absent' },
        { place: place('two'), why: 'denied' },
        { place: place('three'), why: 'dead' },
      ],
      false,
    );
    expect(error.message).toContain('two');
    expect(error.detail?.tried).toContain('three');
  });

  it('are no engine at all where nothing is anywhere', () => {
    const tried = [place('one'), place('two')].map((each) => ({ place: each, why: 'absent' as const }));
    expect(reachError(tried, false).message).toBe('No Docker engine was found on this machine.');
  });
});

describe('what an engine says', () => {
  it('is its own sentence without the library around it', () => {
    const thrown = Object.assign(new Error('(HTTP code 409) conflict - in use'), {
      statusCode: 409,
      json: { message: 'The name is in use.' },
    });
    expect(sentenceOf(thrown)).toBe('The name is in use');
    expect(engineError(thrown, 'Making it', 'unix:///e')).toMatchObject({
      code: 'server_failed',
      message: 'Making it failed: The name is in use.',
    });
  });

  it.each([
    'grpc: the client connection is closing: context canceled',
    'cannot start a container while the daemon is shutting down',
    'ttrpc: closed: unknown',
  ])('is server_unavailable while the engine goes down: %s (E5)', (said) => {
    const answer = Object.assign(new Error(`(HTTP code 500) server error - ${said}`), { statusCode: 500 });
    expect(engineError(answer, 'Starting it', 'unix:///one')).toMatchObject({
      code: 'server_unavailable',
      message: expect.stringContaining('is stopping'),
    });
    const other = Object.assign(new Error('(HTTP code 500) server error - no'), { statusCode: 500 });
    expect(engineError(other, 'Starting it', 'unix:///one')).toMatchObject({ code: 'server_failed' });
  });

  it('is disk_full where its disk is full (E19)', () => {
    const thrown = Object.assign(new Error('write: no space left on device'), { statusCode: 500 });
    expect(engineError(thrown, 'Pulling', 'unix:///e')).toMatchObject({ code: 'disk_full' });
  });
});
