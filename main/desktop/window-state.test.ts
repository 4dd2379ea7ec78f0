import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { placeOf, readWindowState, writeWindowState } from './window-state.ts';

const left = { x: 0, y: 0, width: 1920, height: 1040 };
const right = { x: 1920, y: 0, width: 1920, height: 1040 };
const saved = { x: 2000, y: 40, width: 1200, height: 800, maximized: false };

describe('the place of the window', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'daybook-window-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('is kept from one start to the next', () => {
    const path = join(folder, 'window.json');
    writeWindowState(path, saved);
    expect(readWindowState(path)).toEqual(saved);
  });

  it('is forgotten when its file is absent, damaged or of another shape', () => {
    const path = join(folder, 'window.json');
    expect(readWindowState(path)).toBeUndefined();
    for (const text of ['{"x":', '[]', '{"x":"1","y":0,"width":1,"height":1,"maximized":false}']) {
      writeFileSync(path, text);
      expect(readWindowState(path), text).toBeUndefined();
    }
  });

  it('is taken as it was while its display is there', () => {
    const { maximized, ...bounds } = saved;
    expect(placeOf(saved, [left, right])).toEqual(bounds);
  });

  it('is dropped when its display is gone, so that the window never opens out of sight', () => {
    expect(placeOf(saved, [left])).toBeUndefined();
    expect(placeOf({ ...saved, x: 0, y: -700 }, [left])).toBeUndefined();
  });

  it('is moved and cut to what the display shows now', () => {
    expect(placeOf({ ...saved, x: 1500, y: 600, width: 3000, height: 2000 }, [left])).toEqual(left);
    expect(placeOf({ ...saved, x: 1700, y: 500 }, [left])).toEqual({ x: 720, y: 240, width: 1200, height: 800 });
  });

  it('is at least as large as the screens need', () => {
    expect(placeOf({ ...saved, x: 10, y: 10, width: 200, height: 100 }, [left])).toMatchObject({
      width: 960,
      height: 600,
    });
  });
});
