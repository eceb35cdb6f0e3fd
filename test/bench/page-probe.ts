import type { CDPSession, Page } from 'playwright';

/** Put into each page before its own scripts: it notes long tasks, and when a wanted element is there. */
export const probe = `
  window.longTasks = [];
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) window.longTasks.push(entry.duration);
  }).observe({ type: 'longtask', buffered: true });
  window.whenThere = (find) => new Promise((resolve) => {
    const look = () => (find() ? requestAnimationFrame(() => resolve(performance.now())) : requestAnimationFrame(look));
    look();
  });
`;

/** Milliseconds from the first byte of the page to its first button of an install. */
export function interactiveMs(page: Page): Promise<number> {
  return page.evaluate(
    `whenThere(() => document.querySelector('article button')).then(
      (at) => at - performance.getEntriesByType('navigation')[0].responseStart)`,
  );
}

/** Milliseconds from an act in the page until `ready` holds and has been drawn. Both are code. */
export function actMs(page: Page, act: string, ready: string): Promise<number> {
  return page.evaluate(
    `(async () => { const from = performance.now(); ${act}; return (await whenThere(() => ${ready})) - from; })()`,
  );
}

/** The longest pause since the last time it was asked, in milliseconds; 0 where none was over 50. */
export async function longestPauseMs(page: Page): Promise<number> {
  return page.evaluate('Math.max(0, ...window.longTasks.splice(0))');
}

/** What the page's own objects take once nothing unused is left, in bytes. */
export async function heapBytes(page: Page): Promise<number> {
  const session: CDPSession = await page.context().newCDPSession(page);
  await session.send('HeapProfiler.collectGarbage');
  await session.send('Performance.enable');
  const { metrics } = await session.send('Performance.getMetrics');
  await session.detach();
  return metrics.find(({ name }) => name === 'JSHeapUsedSize')?.value ?? Number.NaN;
}
