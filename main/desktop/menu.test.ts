import { describe, expect, it, vi } from 'vitest';
import { COMMANDS } from '../../renderer/app/keys.ts';

vi.mock('electron', () => import('../../test/electron-host/stand-in/electron.ts'));
const { acceleratorOf, MENU } = await import('./menu.ts');

type KeyTable = Readonly<Record<string, { readonly keys: readonly string[]; readonly inEditor?: true }>>;
const table: KeyTable = COMMANDS;
const entries = MENU.flatMap(({ entries }) => entries).flatMap((entry) =>
  entry !== 'line' && 'command' in entry ? [entry] : [],
);

describe('the application menu', () => {
  it('has every command of the table of keys, but those inside the cell editor', () => {
    const wanted = Object.entries(table).filter(([, command]) => !command.inEditor);
    expect(entries.map(({ command }) => command).sort()).toEqual(wanted.map(([name]) => name).sort());
  });

  it('shows the key that the screens act on', () => {
    for (const { command, key } of entries) expect(key, command).toBe(table[command]?.keys[0]);
  });

  it('never has a single letter for posting', () => {
    expect(entries.find(({ command }) => command === 'post.open')?.key).toMatch(/^Ctrl\+/);
  });

  it('has only keys that Electron knows: it would refuse the whole menu for one that it does not', () => {
    const known =
      /^((CmdOrCtrl|Alt|Shift)\+)*([A-Z0-9]|F\d{1,2}|Plus|[/?[\]]|Space|Enter|Escape|Up|Down|Left|Right|Home|End|PageUp|PageDown)$/;
    for (const { key } of entries) if (key !== undefined) expect(acceleratorOf(key)).toMatch(known);
  });

  it('writes keys as Electron reads them', () => {
    expect(acceleratorOf('Ctrl+Shift+s')).toBe('CmdOrCtrl+Shift+S');
    expect(acceleratorOf('+')).toBe('Plus');
    expect(acceleratorOf('ArrowRight')).toBe('Right');
    expect(acceleratorOf('?')).toBe('?');
    expect(acceleratorOf('Shift+Space')).toBe('Shift+Space');
  });
});
