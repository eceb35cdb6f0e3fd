import type { Session, WebContents } from 'electron';
import { isOutsideUrl, isPageUrl, pageOrigin } from './address.ts';

/**
 * Keeps any web contents where it is: it goes nowhere, opens nothing and embeds nothing. An address that may be seen
 * outside is handed to `openOutside` in place of a new window.
 */
export function guardContents(contents: WebContents, openOutside: (url: string) => void): void {
  const stay = (event: { preventDefault(): void; readonly url: string }): void => {
    // A reload, and the page's own addresses after the hash.
    if (!isPageUrl(event.url)) event.preventDefault();
  };
  contents.on('will-navigate', stay);
  contents.on('will-frame-navigate', stay);
  contents.on('will-redirect', (event) => event.preventDefault());
  contents.on('will-attach-webview', (event) => event.preventDefault());
  contents.setWindowOpenHandler(({ url }) => {
    if (isOutsideUrl(url)) openOutside(url);
    return { action: 'deny' };
  });
}

// Copying a text that a person has asked to copy; reading the clipboard is another permission.
const allowed = 'clipboard-sanitized-write';

/** Denies every permission but copying text, asked for or checked, and every device and download of another origin. */
export function denyPermissions(session: Session): void {
  session.setPermissionRequestHandler((_contents, permission, decide, details) => {
    decide(permission === allowed && details.isMainFrame && isPageUrl(details.requestingUrl));
  });
  session.setPermissionCheckHandler(
    (_contents, permission, origin) => permission === allowed && withoutSlash(origin) === pageOrigin,
  );
  session.setDevicePermissionHandler(() => false);
  session.setDisplayMediaRequestHandler((_request, decide) => decide({}));
  session.on('will-download', (event, item) => {
    // A file that the page itself has put together, such as an export.
    if (!item.getURL().startsWith(`blob:${pageOrigin}/`)) event.preventDefault();
  });
}

function withoutSlash(origin: string): string {
  return origin.replace(/\/$/, '');
}
