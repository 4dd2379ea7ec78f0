/** The parts of a keyboard event that make a chord. */
export type KeyPress = Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey'>;

/**
 * The chord of a key press, as in the key table: `Ctrl+Shift+z`, `?`, `Space`, `ArrowDown`. Ctrl and ⌘ are one. Shift is
 * named with letters and named keys; `?` or `+` hold their shift in themselves.
 */
export function chordOf(press: KeyPress): string {
  const key = press.key === ' ' ? 'Space' : press.key.length === 1 ? press.key.toLowerCase() : press.key;
  const shiftIsInTheKey = key.length === 1 && key.toUpperCase() === key.toLowerCase();
  return [
    press.ctrlKey || press.metaKey ? 'Ctrl' : '',
    press.altKey ? 'Alt' : '',
    press.shiftKey && !shiftIsInTheKey ? 'Shift' : '',
    key,
  ]
    .filter((part) => part !== '')
    .join('+');
}

/** One printable key, alone or with Shift: WCAG 2.1.4 asks that these can be switched off. */
export function isSingleKey(chord: string): boolean {
  const key = chord.replace(/^Shift\+/, '');
  return key.length === 1;
}

const SYMBOLS: Readonly<Record<string, string>> = {
  ArrowUp: '↑',
  ArrowDown: '↓',
  ArrowLeft: '←',
  ArrowRight: '→',
  Escape: 'Esc',
  PageUp: 'Page Up',
  PageDown: 'Page Down',
};

/** A chord for people: `Ctrl Shift Z`, on a Mac `⌘ ⇧ Z`. */
export function chordText(chord: string, mac: boolean = /Mac/.test(navigator.platform)): string {
  const parts =
    chord === '+' ? ['+'] : chord.endsWith('++') ? [...chord.slice(0, -2).split('+'), '+'] : chord.split('+');
  return parts
    .map((part) => {
      if (mac && part === 'Ctrl') return '⌘';
      if (mac && part === 'Shift') return '⇧';
      if (mac && part === 'Alt') return '⌥';
      return SYMBOLS[part] ?? (part.length === 1 ? part.toUpperCase() : part);
    })
    .join(' ');
}
