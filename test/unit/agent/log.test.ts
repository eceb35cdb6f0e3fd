import { describe, expect, it } from 'vitest';
import { readLog } from '../../../electron/agent/airflow.ts';

describe('a log of Airflow', () => {
  it.each([
    [
      'in lists of Python',
      '{"content": "[(\'worker\', \\"one\\\\nit\'s two\\\\n\\")]", "continuation_token": null}',
    ],
    ['as text', '{"content": "one\\nit\'s two"}'],
    ['as events', '{"content": [{"event": "one"}, {"event": "it\'s two", "x": 1}, {}, 5]}'],
    ['as plain text', "one\nit's two\n"],
  ])('is read %s', (_, text) => {
    expect(readLog(text)).toEqual({ lines: ['one', "it's two"], next: null });
  });

  it('goes on where a token says so, and shows no secrets', () => {
    const text = '{"content": "password=hunter2secret", "continuation_token": "abc"}';
    expect(readLog(text)).toEqual({ lines: ['password=[redacted]'], next: 'abc' });
  });

  it('is shown as far as it came where it was cut', () => {
    expect(readLog('{"content": "one').lines).toEqual(['{"content": "one']);
  });
});
