import type { ReactNode } from 'react';
import { Menu as AriaMenu, Button, MenuItem, MenuTrigger, Popover } from 'react-aria-components';
import { chordText } from '../app/chord.ts';
import { keysOf } from '../app/commands.ts';
import type { CommandId } from '../app/keys.ts';

export type MenuEntry = {
  readonly id: string;
  readonly label: string;
  readonly act: () => void;
  readonly disabled?: boolean;
  /** Its key is shown behind the label. */
  readonly command?: CommandId;
};

export type MenuProps = {
  readonly label: string;
  readonly children: ReactNode;
  readonly entries: readonly MenuEntry[];
};

/** A button that opens a list of actions. `label` names it for screen readers when `children` is an icon. */
export function Menu({ label, children, entries }: MenuProps) {
  return (
    <MenuTrigger>
      <Button className="button plain" aria-label={label}>
        {children}
      </Button>
      <Popover className="popover" data-overlay="">
        <AriaMenu aria-label={label} onAction={(id) => entries.find((entry) => entry.id === id)?.act()}>
          {entries.map((entry) => {
            const [key] = entry.command === undefined ? [] : keysOf(entry.command);
            return (
              <MenuItem
                key={entry.id}
                id={entry.id}
                className="option"
                textValue={entry.label}
                isDisabled={entry.disabled ?? false}
              >
                {entry.label}
                {key === undefined ? null : <kbd>{chordText(key)}</kbd>}
              </MenuItem>
            );
          })}
        </AriaMenu>
      </Popover>
    </MenuTrigger>
  );
}
