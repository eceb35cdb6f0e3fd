import type { Page } from 'playwright';

/** From a small window beside an editor to a large screen; the first is also 1280×960 at a zoom of 200 %. */
const sizes = [
  { width: 640, height: 480 },
  { width: 900, height: 640 },
  { width: 1920, height: 1080 },
];

// What reaches out of the window, or out of a box that shows no more of it and cannot be scrolled: text without an
// ellipsis, and anything that can be pressed. What is hidden from everybody is nothing to look at.
const measure = `(() => {
  const found = [];
  const name = (each) => (each.getAttribute('aria-label') ?? each.textContent ?? '').trim().slice(0, 60);
  const scrolls = (style) => ['auto', 'scroll'].includes(style);
  const root = document.documentElement;
  if (root.scrollWidth > root.clientWidth) found.push('the page is wider than its window');
  const main = document.querySelector('main');
  if (main !== null && main.scrollWidth > main.clientWidth + 1) found.push('main is wider than its window');
  for (const each of document.querySelectorAll('a[href], button, input, [role=menuitem], h1, h2, label')) {
    const box = each.getBoundingClientRect();
    if (box.width === 0 || box.height === 0 || !each.checkVisibility({ visibilityProperty: true })) continue;
    let [left, right] = [0, innerWidth];
    let isLost = false;
    for (let above = each.parentElement; above !== null && !isLost; above = above.parentElement) {
      const style = getComputedStyle(above);
      if (style.clipPath !== 'none' || style.position === 'fixed') break;
      if (scrolls(style.overflowX)) { left = -Infinity; right = Infinity; break; }
      if (style.overflowX !== 'visible') {
        const edge = above.getBoundingClientRect();
        isLost = box.left > edge.right || box.right < edge.left;
        if (each.matches('button, a[href]') && box.right > edge.right + 2) isLost = true;
      }
    }
    if (isLost || box.right > right + 1 || box.left < left - 1) found.push(each.tagName + ' ' + name(each));
  }
  for (const each of document.querySelectorAll('button *, a[href] *, h1, h2, label, [role=alert] *')) {
    const style = getComputedStyle(each);
    const isCut = style.overflowX === 'hidden' && each.scrollWidth > each.clientWidth + 1;
    const isVisible = each.clientWidth > 1 && each.checkVisibility({ visibilityProperty: true });
    if (isCut && isVisible && style.textOverflow !== 'ellipsis') found.push('cut: ' + name(each));
  }
  return [...new Set(found)];
})()`;

/** What is lost of a page, at each size of its window; nothing in a sound one. */
export async function findOverflow(page: Page): Promise<string[]> {
  const before = page.viewportSize() ?? { width: 1280, height: 800 };
  const found: string[] = [];
  for (const size of sizes) {
    await page.setViewportSize(size);
    // Layouts that measure themselves have had their turn.
    await page.waitForTimeout(150);
    const lost = (await page.evaluate(measure)) as string[];
    found.push(...lost.map((each) => `${size.width}×${size.height}: ${each}`));
  }
  await page.setViewportSize(before);
  return found;
}
