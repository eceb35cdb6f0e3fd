import type { Locator, Page } from 'playwright';

const mostTabs = 120;

/** Goes to a part of the page by Tab alone, as far as it is; throws where it is never reached. */
export async function tabTo(page: Page, wanted: Locator): Promise<void> {
  const isThere = () => wanted.evaluate((element) => element === element.ownerDocument.activeElement);
  await wanted.waitFor();
  for (let tabs = 0; tabs < mostTabs; tabs += 1) {
    if (await isThere()) return;
    await page.keyboard.press('Tab');
  }
  if (!(await isThere())) throw new Error(`${wanted} is not reached by ${mostTabs} Tabs`);
}

/** Goes to a part of the page by Tab and presses Enter there. */
export async function enter(page: Page, wanted: Locator): Promise<void> {
  await tabTo(page, wanted);
  await page.keyboard.press('Enter');
}

/** What a person copied: the clipboard of a tab that may read it. */
export function clipboardOf(page: Page): Promise<string> {
  return page.evaluate('navigator.clipboard.readText()');
}

/** The rights of a tab whose clipboard is looked at. */
export const withClipboard = { permissions: ['clipboard-read', 'clipboard-write'] };

/** Comes back to the window, as after work in another one. */
export function comeBack(page: Page): Promise<void> {
  return page.evaluate("window.dispatchEvent(new Event('focus'))");
}

/** Opens the palette and waits until what is typed goes into it, as a person sees by the caret. */
export async function openPalette(page: Page): Promise<void> {
  await page.keyboard.press('Control+k');
  await page.locator('input:focus[aria-label="Find anything"]').waitFor();
}
