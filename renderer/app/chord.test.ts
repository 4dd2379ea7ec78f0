import { describe, expect, it } from 'vitest';
import { chordOf, chordText, isSingleKey } from './chord.ts';
import { COMMANDS } from './keys.ts';

const press = (key: string, held: Partial<Record<'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey', boolean>> = {}) =>
  chordOf({ key, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...held });

describe('chords', () => {
  it.each([
    [press('a'), 'a'],
    [press('A', { shiftKey: true }), 'Shift+a'],
    [press('?', { shiftKey: true }), '?'],
    [press('+', { shiftKey: true }), '+'],
    [press(' ', { shiftKey: true }), 'Shift+Space'],
    [press('Z', { ctrlKey: true, shiftKey: true }), 'Ctrl+Shift+z'],
    [press('z', { metaKey: true }), 'Ctrl+z'],
    [press('ArrowDown'), 'ArrowDown'],
    [press('+', { altKey: true }), 'Alt++'],
  ])('%s is %s', (chord, expected) => expect(chord).toBe(expected));

  it('are written for people, and for a Mac', () => {
    expect(chordText('Ctrl+Shift+z', false)).toBe('Ctrl Shift Z');
    expect(chordText('Ctrl+Shift+z', true)).toBe('⌘ ⇧ Z');
    expect(chordText('Alt++', false)).toBe('Alt +');
    expect(chordText('+', false)).toBe('+');
  });

  it('posting has no single key', () => {
    expect(COMMANDS['post.open'].keys.some(isSingleKey)).toBe(false);
  });
});
