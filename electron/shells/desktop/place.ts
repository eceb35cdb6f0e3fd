import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Rectangle } from 'electron';
import { z } from 'zod';

/** Where the window was; `x` and `y` null lets the system choose. Pixels that do not depend on the display. */
export const Place = z.object({
  x: z.number().int().nullable(),
  y: z.number().int().nullable(),
  width: z.number().int().min(640).max(20_000),
  height: z.number().int().min(480).max(20_000),
  isMaximized: z.boolean(),
});
export type Place = z.infer<typeof Place>;

const usual: Place = { x: null, y: null, width: 1280, height: 800, isMaximized: false };

/** Reads where the window was; the usual place where that is unknown, damaged, or on a display that is gone. */
export function readPlace(file: string, displays: readonly Rectangle[]): Place {
  try {
    const place = Place.parse(JSON.parse(readFileSync(file, 'utf8')));
    return displays.some((display) => isReachable(place, display)) ? place : { ...place, x: null, y: null };
  } catch {
    return usual;
  }
}

/** Keeps where the window is. Losing it costs nobody anything: no error is thrown. */
export function writePlace(file: string, place: Place): void {
  try {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(`${file}.new`, JSON.stringify(place));
    renameSync(`${file}.new`, file);
  } catch {
    // The window opens at the usual place next time.
  }
}

// Enough of the title bar to take hold of.
const gripPixels = 80;

function isReachable({ x, y, width }: Place, display: Rectangle): boolean {
  if (x === null || y === null) return true;
  const overlap = Math.min(x + width, display.x + display.width) - Math.max(x, display.x);
  return overlap >= gripPixels && y >= display.y && y <= display.y + display.height - gripPixels / 2;
}
