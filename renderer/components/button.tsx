import { Button as AriaButton, type ButtonProps as AriaButtonProps } from 'react-aria-components';
import { chordText } from '../app/chord.ts';
import { keysOf } from '../app/commands.ts';
import type { CommandId } from '../app/keys.ts';

export type ButtonProps = Omit<AriaButtonProps, 'className' | 'style'> & {
  /** One `primary` a screen. `danger` removes or sends something outward and names its object and count. */
  readonly kind?: 'primary' | 'danger' | 'plain' | 'link';
  readonly small?: boolean;
  /** Shows the key of this command. */
  readonly command?: CommandId;
};

export function Button({ kind, small, command, children, ...props }: ButtonProps) {
  const classes = ['button', kind, small ? 'small' : undefined].filter(Boolean).join(' ');
  const [key] = command === undefined ? [] : keysOf(command);
  return (
    <AriaButton {...props} className={classes}>
      {(values) => (
        <>
          {typeof children === 'function' ? children(values) : children}
          {key === undefined ? null : <kbd>{chordText(key)}</kbd>}
        </>
      )}
    </AriaButton>
  );
}
