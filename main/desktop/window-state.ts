import { readFileSync, writeFileSync } from 'node:fs';
import type { Rectangle } from 'electron';
import { z } from 'zod';

const state = z.object({
  x: z.int(),
  y: z.int(),
  width: z.int().min(1),
  height: z.int().min(1),
  maximized: z.boolean(),
});

/** Where the window stood, in screen points. */
export type WindowState = z.infer<typeof state>;

const SMALLEST = { width: 960, height: 600 };
export const FIRST_SIZE = { width: 1440, height: 900 };
/** As much of the title bar must be on a screen, so that a person can take hold of it. */
const GRIP = { width: 120, height: 32 };

/** Undefined when there is none, or none that can be read: the window then opens as on the first day. */
export function readWindowState(path: string): WindowState | undefined {
  try {
    return state.safeParse(JSON.parse(readFileSync(path, 'utf8'))).data;
  } catch {
    return undefined;
  }
}

export function writeWindowState(path: string, value: WindowState): void {
  writeFileSync(path, JSON.stringify(value));
}

/**
 * The place to open at, inside what the displays show now: a second display may be gone, or smaller. Undefined means
 * centred, at the usual size.
 */
export function placeOf(saved: WindowState | undefined, workAreas: readonly Rectangle[]): Rectangle | undefined {
  const area = saved && workAreas.find((candidate) => showsGrip(saved, candidate));
  if (!saved || !area) return undefined;
  const width = Math.min(Math.max(saved.width, SMALLEST.width), area.width);
  const height = Math.min(Math.max(saved.height, SMALLEST.height), area.height);
  return {
    width,
    height,
    x: between(saved.x, area.x, area.x + area.width - width),
    y: between(saved.y, area.y, area.y + area.height - height),
  };
}

function showsGrip(window: Rectangle, area: Rectangle): boolean {
  const across = Math.min(window.x + window.width, area.x + area.width) - Math.max(window.x, area.x);
  const top = window.y >= area.y - GRIP.height && window.y + GRIP.height <= area.y + area.height;
  return across >= GRIP.width && top;
}

function between(value: number, low: number, high: number): number {
  return Math.max(low, Math.min(value, high));
}
