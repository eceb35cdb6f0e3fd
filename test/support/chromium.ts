import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright';
import { skipUnless } from './skip.ts';

const places = [
  process.env.ROCKPOOL_CHROMIUM,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
];
const executable = places.find((place): place is string => place !== undefined && existsSync(place));

/** For tests in a real browser. */
export const withChromium = skipUnless(
  executable !== undefined,
  'there is no Chromium; name one with ROCKPOOL_CHROMIUM',
);

/** Starts Chromium; names that end in `.test` are 127.0.0.1, as a rebound name would be. */
export function openChromium(): Promise<Browser> {
  return chromium.launch({
    ...(executable === undefined ? {} : { executablePath: executable }),
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--host-resolver-rules=MAP *.test 127.0.0.1',
    ],
  });
}
