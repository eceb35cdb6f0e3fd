import { describe, expect, it } from 'vitest';
import { whyNoBrowser } from '../../../../electron/shells/browser/tab.ts';

describe('opening a tab', () => {
  it('is left to the person on a remote machine, whose browser is elsewhere', () => {
    for (const environment of [
      { SSH_CONNECTION: '10.0.0.1 1 10.0.0.2 22', DISPLAY: ':0' },
      { SSH_TTY: '/dev/pts/1' },
    ]) {
      expect(whyNoBrowser(environment, 'linux')).toBe('this is a remote machine');
    }
  });

  it('is left to the person where Linux has no display', () => {
    expect(whyNoBrowser({}, 'linux')).toBe('there is no display here');
  });

  it('is done where there is a desktop', () => {
    expect(whyNoBrowser({ DISPLAY: ':0' }, 'linux')).toBeNull();
    expect(whyNoBrowser({ WSL_DISTRO_NAME: 'Debian' }, 'linux')).toBeNull();
    expect(whyNoBrowser({}, 'darwin')).toBeNull();
    expect(whyNoBrowser({}, 'win32')).toBeNull();
  });
});
