import { existsSync } from 'node:fs';

/**
 * Opens a URL in the person's browser. Returns why not, as half a sentence, where there is none to open: the URL is then
 * for the person to copy.
 */
export async function openTab(
  url: string,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<string | null> {
  const reason = whyNoBrowser(environment);
  if (reason !== null) return reason;
  try {
    const { default: open } = await import('open');
    const child = await open(url);
    child.on('error', () => {});
    return null;
  } catch {
    return 'no browser could be started';
  }
}

/** Says why a browser cannot be opened from here, null where it can be tried. */
export function whyNoBrowser(environment: NodeJS.ProcessEnv, platform = process.platform): string | null {
  if (environment.SSH_CONNECTION || environment.SSH_TTY) return 'this is a remote machine';
  if (platform !== 'linux') return null;
  const isWsl = Boolean(environment.WSL_DISTRO_NAME) || existsSync('/proc/sys/fs/binfmt_misc/WSLInterop');
  if (isWsl || environment.DISPLAY || environment.WAYLAND_DISPLAY) return null;
  return 'there is no display here';
}
