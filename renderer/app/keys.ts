import { t } from '../i18n/t.ts';

/** The headings of the help dialog, in its order. */
export const GROUPS = ['app', 'move', 'select', 'decide', 'code', 'edit', 'go'] as const;
export type Group = (typeof GROUPS)[number];

export type Command = {
  readonly group: Group;
  /** Chords such as `Ctrl+Shift+z`, `ArrowDown`, `j`, `?`. Ctrl is also ⌘ on a Mac. */
  readonly keys: readonly string[];
  readonly label: () => string;
  /** Its key also acts while a text field has the focus, and is never remapped. */
  readonly inFields?: true;
  /** Handled inside the cell editor, not by the dispatcher; it is here for the help and the tests. */
  readonly inEditor?: true;
  /** Not offered in the palette: it makes no sense without the row under the hand. */
  readonly noPalette?: true;
};

const command = (group: Group, keys: string, label: () => string, more: Partial<Command> = {}): Command => ({
  group,
  keys: keys.split(' ').filter(Boolean),
  label,
  ...more,
});

const hidden = { noPalette: true } as const;
const editor = { inEditor: true, noPalette: true, inFields: true } as const;

/**
 * Every key of Daybook, once. The dispatcher, the command palette, the tooltips and the help dialog read this table;
 * test/screens presses each of them. Posting has no single letter, on purpose.
 */
export const COMMANDS = {
  // Before the panel's keys, which are the same: these act where there is a cell to go to.
  'cell.next': command('move', 'ArrowRight', () => t('Next cell of the row, while the panel is open'), hidden),
  'cell.previous': command('move', 'ArrowLeft', () => t('Previous cell, then the row itself'), hidden),

  'palette.open': command('app', 'Ctrl+k', () => t('Commands and search'), { inFields: true, noPalette: true }),
  'help.open': command('app', '?', () => t('Keys')),
  'search.focus': command('app', 'Ctrl+f', () => t('Search this list'), { inFields: true }),
  'filter.open': command('app', 'f', () => t('Filter')),
  'panel.open': command('app', 'ArrowRight', () => t('Open the side panel')),
  'panel.close': command('app', 'ArrowLeft', () => t('Close the side panel'), hidden),
  escape: command('app', 'Escape', () => t('Close the panel, or drop the selection'), hidden),
  'theme.next': command('app', 'Ctrl+Shift+l', () => t('Light, dark or as the system')),
  'density.next': command('app', 'Ctrl+Shift+d', () => t('Comfortable or dense rows')),
  'privacy.toggle': command('app', 'Ctrl+Shift+p', () => t('Blur amounts')),
  'export.open': command('app', 'Ctrl+e', () => t('Export this list')),
  'sync.run': command('app', 'Ctrl+Shift+s', () => t('Sync now')),
  'practice.open': command('app', '', () => t('Open the practice company')),
  'practice.leave': command('app', '', () => t('Back to your own workspace')),

  'row.next': command('move', 'j ArrowDown', () => t('Next row'), hidden),
  'row.previous': command('move', 'k ArrowUp', () => t('Previous row'), hidden),
  'row.first': command('move', 'Home Ctrl+Home', () => t('First row'), hidden),
  'row.last': command('move', 'End Ctrl+End', () => t('Last row'), hidden),
  'page.next': command('move', 'PageDown', () => t('One page down'), hidden),
  'page.previous': command('move', 'PageUp', () => t('One page up'), hidden),
  'tab.next': command('move', ']', () => t('Next tab')),
  'tab.previous': command('move', '[', () => t('Previous tab')),

  'select.toggle': command('select', 'Space', () => t('Select the row'), hidden),
  'select.range': command(
    'select',
    'Shift+Space',
    () => t('Select all rows from the last selected to this one'),
    hidden,
  ),
  'select.all': command('select', 'Ctrl+a', () => t('Select all shown')),

  'approve.next': command('decide', 'Enter', () => t('Approve and go to the next row'), hidden),
  approve: command('decide', 'a', () => t('Approve')),
  'approve.ready': command('decide', 'Shift+a', () => t('Approve all that are ready')),
  unapprove: command('decide', 'u', () => t('Take the approval back')),
  exclude: command('decide', 'x', () => t('Exclude')),
  include: command('decide', 'i', () => t('Bring back')),
  reverse: command('decide', 'v', () => t('Reverse a posted entry')),
  undo: command('decide', 'Ctrl+z', () => t('Undo')),
  redo: command('decide', 'Ctrl+Shift+z Ctrl+y', () => t('Redo')),
  'post.open': command('decide', 'Ctrl+Shift+Enter', () => t('Post what is approved')),

  'code.account': command('code', 'c', () => t('Set the account')),
  'code.party': command('code', 'p', () => t('Set the vendor or customer')),
  'code.dimensions': command('code', 'd', () => t('Set the dimensions')),
  'code.text': command('code', 't', () => t('Set the text')),
  'code.note': command('code', 'n', () => t('Write a note')),
  'code.suggestion': command('code', 's', () => t('Take the suggestion')),
  'code.above': command('code', '+', () => t('Copy the coding of the row above')),
  'split.open': command('code', '/', () => t('Split')),
  'rule.make': command('code', 'r', () => t('Make a rule from this line')),
  'rule.new': command('code', 'Shift+n', () => t('New rule')),
  'rule.test': command('code', 'Alt+t', () => t('Test the rule on history'), { inFields: true }),
  'rule.up': command('move', 'Alt+ArrowUp', () => t('Move the rule up'), hidden),
  'rule.down': command('move', 'Alt+ArrowDown', () => t('Move the rule down'), hidden),
  'split.unfold': command('code', 'o', () => t('Unfold or fold the split')),

  'edit.open': command('edit', 'F2 e', () => t('Edit the row'), hidden),
  'edit.nextCell': command('edit', 'Tab', () => t('Next cell'), editor),
  'edit.previousCell': command('edit', 'Shift+Tab', () => t('Previous cell'), editor),
  'edit.take': command('edit', 'Enter', () => t('Take the value'), editor),
  'edit.save': command('edit', 'Ctrl+Enter', () => t('Save and close'), editor),
  'edit.cancel': command('edit', 'Escape', () => t('Leave without saving'), editor),
  'edit.above': command('edit', 'Alt++ Alt+ArrowUp', () => t('Copy this cell from the row above'), editor),

  'go.1': command('go', 'Alt+1', () => t('First screen of the rail'), hidden),
  'go.2': command('go', 'Alt+2', () => t('Second screen'), hidden),
  'go.3': command('go', 'Alt+3', () => t('Third screen'), hidden),
  'go.4': command('go', 'Alt+4', () => t('Fourth screen'), hidden),
  'go.5': command('go', 'Alt+5', () => t('Fifth screen'), hidden),
  'go.6': command('go', 'Alt+6', () => t('Sixth screen'), hidden),
  'go.7': command('go', 'Alt+7', () => t('Seventh screen'), hidden),
  'go.8': command('go', 'Alt+8', () => t('Eighth screen'), hidden),
  'go.9': command('go', 'Alt+9', () => t('Ninth screen'), hidden),
} as const satisfies Readonly<Record<string, Command>>;

export type CommandId = keyof typeof COMMANDS;

export function commandOf(id: CommandId): Command {
  return COMMANDS[id];
}

export const COMMAND_IDS = Object.keys(COMMANDS) as CommandId[];
