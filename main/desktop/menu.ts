import { Menu, type MenuItemConstructorOptions } from 'electron';

/**
 * The application menu. Commands are those of the renderer's table of keys (renderer/app/keys.ts), by the same names
 * and keys; menu.test.ts holds the two together. The page has every key first: an entry shows its key and is another
 * way to the same command, so nothing happens twice.
 */
export type MenuCommand = { readonly command: string; readonly label: string; readonly key?: string };
type Entry = MenuCommand | { readonly role: NonNullable<MenuItemConstructorOptions['role']> } | 'line';
type Group = { readonly label: string; readonly entries: readonly Entry[] };

const command = (name: string, label: string, key?: string): MenuCommand => ({
  command: name,
  label,
  ...(key === undefined ? {} : { key }),
});

export const MENU: readonly Group[] = [
  {
    label: '&File',
    entries: [
      command('sync.run', 'Sync Now', 'Ctrl+Shift+s'),
      command('post.open', 'Post What Is Approved…', 'Ctrl+Shift+Enter'),
      'line',
      command('export.open', 'Export This List…', 'Ctrl+e'),
      'line',
      command('practice.open', 'Open the Practice Company'),
      command('practice.leave', 'Back to Your Own Workspace'),
      'line',
      { role: 'close' },
      { role: 'quit' },
    ],
  },
  {
    label: '&Edit',
    entries: [
      command('undo', 'Undo', 'Ctrl+z'),
      command('redo', 'Redo', 'Ctrl+Shift+z'),
      'line',
      { role: 'cut' },
      { role: 'copy' },
      { role: 'paste' },
      command('select.all', 'Select All Shown', 'Ctrl+a'),
      'line',
      command('edit.open', 'Edit the Row', 'F2'),
      command('search.focus', 'Search This List', 'Ctrl+f'),
      command('filter.open', 'Filter', 'f'),
    ],
  },
  {
    label: '&Review',
    entries: [
      command('approve.next', 'Approve and Go to the Next Row', 'Enter'),
      command('approve', 'Approve', 'a'),
      command('approve.ready', 'Approve All That Are Ready', 'Shift+a'),
      command('unapprove', 'Take the Approval Back', 'u'),
      'line',
      command('exclude', 'Exclude', 'x'),
      command('include', 'Bring Back', 'i'),
      command('reverse', 'Reverse a Posted Entry', 'v'),
      'line',
      command('select.toggle', 'Select the Row', 'Space'),
      command('select.range', 'Select up to This Row', 'Shift+Space'),
      'line',
      command('row.next', 'Next Row', 'j'),
      command('row.previous', 'Previous Row', 'k'),
      command('cell.next', 'Next Cell', 'ArrowRight'),
      command('cell.previous', 'Previous Cell', 'ArrowLeft'),
      command('row.first', 'First Row', 'Home'),
      command('row.last', 'Last Row', 'End'),
      command('page.next', 'One Page Down', 'PageDown'),
      command('page.previous', 'One Page Up', 'PageUp'),
      command('tab.next', 'Next Tab', ']'),
      command('tab.previous', 'Previous Tab', '['),
    ],
  },
  {
    label: '&Coding',
    entries: [
      command('code.account', 'Set the Account', 'c'),
      command('code.party', 'Set the Vendor or Customer', 'p'),
      command('code.dimensions', 'Set the Dimensions', 'd'),
      command('code.text', 'Set the Text', 't'),
      command('code.note', 'Write a Note', 'n'),
      'line',
      command('code.suggestion', 'Take the Suggestion', 's'),
      command('code.above', 'Copy the Coding of the Row Above', '+'),
      command('split.open', 'Split', '/'),
      command('split.unfold', 'Unfold or Fold the Split', 'o'),
      command('rule.make', 'Make a Rule From This Line', 'r'),
    ],
  },
  {
    label: 'R&ules',
    entries: [
      command('rule.new', 'New Rule', 'Shift+n'),
      command('rule.test', 'Test the Rule on History', 'Alt+t'),
      command('rule.up', 'Move the Rule Up', 'Alt+ArrowUp'),
      command('rule.down', 'Move the Rule Down', 'Alt+ArrowDown'),
    ],
  },
  {
    label: '&View',
    entries: [
      command('palette.open', 'Commands and Search', 'Ctrl+k'),
      command('panel.open', 'Open the Side Panel', 'ArrowRight'),
      command('panel.close', 'Close the Side Panel', 'ArrowLeft'),
      command('escape', 'Close the Panel, or Drop the Selection', 'Escape'),
      'line',
      command('theme.next', 'Light, Dark or as the System', 'Ctrl+Shift+l'),
      command('density.next', 'Comfortable or Dense Rows', 'Ctrl+Shift+d'),
      command('privacy.toggle', 'Blur Amounts', 'Ctrl+Shift+p'),
      'line',
      { role: 'zoomIn' },
      { role: 'zoomOut' },
      { role: 'resetZoom' },
      { role: 'togglefullscreen' },
    ],
  },
  {
    label: '&Go',
    entries: [
      command('go.1', 'First Screen', 'Alt+1'),
      command('go.2', 'Second Screen', 'Alt+2'),
      command('go.3', 'Third Screen', 'Alt+3'),
      command('go.4', 'Fourth Screen', 'Alt+4'),
      command('go.5', 'Fifth Screen', 'Alt+5'),
      command('go.6', 'Sixth Screen', 'Alt+6'),
      command('go.7', 'Seventh Screen', 'Alt+7'),
      command('go.8', 'Eighth Screen', 'Alt+8'),
      command('go.9', 'Ninth Screen', 'Alt+9'),
    ],
  },
  { label: '&Help', entries: [command('help.open', 'Keys', '?')] },
];

/** Sets the menu of the app. On macOS the first menu is the app's own. */
export function setMenu(platform: NodeJS.Platform, run: (command: string) => void): void {
  const groups = MENU.map(({ label, entries }) => ({ label, submenu: entries.map((entry) => itemOf(entry, run)) }));
  const own: MenuItemConstructorOptions[] = platform === 'darwin' ? [{ role: 'appMenu' }] : [];
  Menu.setApplicationMenu(Menu.buildFromTemplate([...own, ...groups]));
}

function itemOf(entry: Entry, run: (command: string) => void): MenuItemConstructorOptions {
  if (entry === 'line') return { type: 'separator' };
  if ('role' in entry) return { role: entry.role };
  const { command: name, label, key } = entry;
  return {
    id: name,
    label,
    click: () => run(name),
    ...(key === undefined ? {} : { accelerator: acceleratorOf(key), registerAccelerator: false }),
  };
}

const KEY_NAMES: Readonly<Record<string, string>> = {
  Ctrl: 'CmdOrCtrl',
  '+': 'Plus',
  ArrowUp: 'Up',
  ArrowDown: 'Down',
  ArrowRight: 'Right',
  ArrowLeft: 'Left',
};

/** A chord of the renderer's table, in Electron's notation (electronjs.org/docs/latest/api/accelerator). */
export function acceleratorOf(chord: string): string {
  const keys = chord === '+' ? ['+'] : chord.split('+');
  return keys.map((key) => KEY_NAMES[key] ?? (key.length === 1 ? key.toUpperCase() : key)).join('+');
}
