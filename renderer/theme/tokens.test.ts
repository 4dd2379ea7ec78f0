import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const renderer = join(import.meta.dirname, '..');
const tokens = readFileSync(join(import.meta.dirname, 'tokens.css'), 'utf8');

/** The colours of a theme; dark says only what differs. */
function colours(theme: 'light' | 'dark'): ReadonlyMap<string, string> {
  const at = tokens.indexOf(':root[data-theme="dark"]');
  const texts = theme === 'light' ? [tokens.slice(0, at)] : [tokens.slice(0, at), tokens.slice(at)];
  return new Map(
    texts.flatMap((text) =>
      [...text.matchAll(/--([\w-]+): (#[0-9a-f]{6});/g)].map(([, name = '', hex = '']) => [name, hex]),
    ),
  );
}

/** WCAG 2.2, contrast ratio of two colours. */
function contrast(a: string, b: string): number {
  const light = (hex: string) => {
    const [red = 0, green = 0, blue = 0] = [1, 3, 5]
      .map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255)
      .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const [one, other] = [light(a), light(b)];
  return (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
}

const TEXT = ['ink', 'ink-2', 'ink-3', 'accent', 'amber', 'red', 'green'];
const GROUND = ['paper', 'raised', 'hover', 'accent-tint'];

describe.each(['light', 'dark'] as const)('the %s theme', (theme) => {
  const all = colours(theme);
  const of = (name: string) => all.get(name) ?? '';

  it.each(TEXT.flatMap((text) => GROUND.map((ground) => [text, ground] as const)))(
    'shows %s on %s with 4.5:1',
    (text, ground) => {
      expect(contrast(of(text), of(ground))).toBeGreaterThanOrEqual(4.5);
    },
  );

  it.each([
    ['accent-ink', 'accent'],
    ['amber', 'amber-tint'],
    ['red', 'red-tint'],
    ['ink', 'red-tint'],
    ['ink', 'amber-tint'],
  ])('shows %s on %s with 4.5:1', (text, ground) => {
    expect(contrast(of(text), of(ground))).toBeGreaterThanOrEqual(4.5);
  });

  it.each(['line-strong', 'accent', 'red-line', 'amber-line'])(
    'draws lines that mean something (%s) with 3:1',
    (line) => {
      expect(contrast(of(line), of('paper'))).toBeGreaterThanOrEqual(3);
    },
  );
});

it('no colour stands outside tokens.css', () => {
  const found = readdirSync(renderer, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(css|tsx|ts)$/.test(entry.name))
    .filter((entry) => !/tokens\.(css|test\.ts)$/.test(entry.name))
    .flatMap((entry) => {
      const text = readFileSync(join(entry.parentPath, entry.name), 'utf8');
      const colour = /#[0-9a-f]{6}\b|#[0-9a-f]{3}\b(?=[;\s])|\b(?:rgba?|hsla?|oklch)\(/i.exec(text)?.[0];
      return colour === undefined ? [] : [`${entry.name}: ${colour}`];
    });
  expect(found).toEqual([]);
});
