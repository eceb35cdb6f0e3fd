import type { Browser, BrowserContextOptions, Page } from 'playwright';
import { openChromium } from './chromium.ts';
import { type Home, makeHome } from './home.ts';
import { rockpoolJson, startRockpool } from './rockpool.ts';

/** Rockpool as `rockpool open` serves it, and a browser to look at it. */
export interface Opened extends AsyncDisposable {
  readonly home: Home;
  readonly browser: Browser;
  /** What pages complained about: errors on the console and what nobody caught. Empty in a sound page. */
  readonly complaints: string[];
  /** A new tab with a link of its own, at a hash such as `/jobs`. */
  openTab(hash?: string, options?: BrowserContextOptions): Promise<Page>;
  /** Ends the process that serves, as a crash would, and returns what starts it again on the same port. */
  kill(): Promise<{ startAgain(): Promise<void> }>;
}

/** Starts `rockpool open` in a home of its own, after `prepare` has put into it what the test needs. */
export async function openRockpool(
  prepare: (home: Home) => Promise<unknown> = async () => {},
): Promise<Opened> {
  const home = await makeHome();
  const complaints: string[] = [];
  try {
    await prepare(home);
    let served = await serve(home, []);
    const browser = await openChromium();
    return {
      home,
      browser,
      complaints,
      openTab: async (hash = '/', options = {}) => {
        const { url } = await rockpoolJson<{ url: string }>(home, 'open', '--no-browser');
        const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
        // Playwright's own 30 s are not enough where a machine is busy.
        context.setDefaultTimeout(60_000);
        const page = await context.newPage();
        page.on('pageerror', (error) => complaints.push(error.message));
        page.on('console', (message) => {
          if (message.type() === 'error' && !isOfTheMachine(message.text()))
            complaints.push(`${message.text()} (${JSON.stringify(message.location())}, ${page.url()})`);
        });
        await page.goto(url);
        await page.getByRole('navigation').first().waitFor();
        if (hash !== '/') await page.goto(`${new URL(url).origin}/#${hash}`);
        return page;
      },
      kill: async () => {
        const { port } = served;
        served.child.kill('SIGKILL');
        await served.ended;
        return {
          startAgain: async () => {
            served = await serve(home, ['--port', String(port)]);
          },
        };
      },
      [Symbol.asyncDispose]: async () => {
        await browser.close();
        served.child.kill('SIGTERM');
        await served.ended;
        await home[Symbol.asyncDispose]();
      },
    };
  } catch (error) {
    await home[Symbol.asyncDispose]();
    throw error;
  }
}

// Networks of containers that come and go on this machine, not anything that the page did.
function isOfTheMachine(complaint: string): boolean {
  return complaint.includes('net::ERR_NETWORK_CHANGED');
}

async function serve(home: Home, options: readonly string[]) {
  const child = startRockpool(home, 'open', '--no-browser', ...options);
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  let said = '';
  const port = await new Promise<number>((resolve, reject) => {
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      const found = /http:\/\/127\.0\.0\.1:(\d+)\//.exec(said)?.[1];
      if (found !== undefined) resolve(Number(found));
    });
    void ended.then(() => reject(new Error(`rockpool open ended: ${said}`)));
  });
  return { child, ended, port };
}
