import type { ReactNode } from 'react';
import { FileTrigger } from 'react-aria-components';
import { Button, type ButtonProps } from './button.tsx';

export type FileButtonProps = Pick<ButtonProps, 'kind' | 'small' | 'isDisabled'> & {
  readonly children: ReactNode;
  /** Endings or media types, e.g. `.json`. */
  readonly accept: readonly string[];
  /** The text of the chosen file, and its name. */
  readonly onText: (text: string, name: string) => void;
};

/** Asks for one text file and reads it in the page; nothing is uploaded. */
export function FileButton({ children, accept, onText, ...props }: FileButtonProps) {
  return (
    <FileTrigger
      acceptedFileTypes={[...accept]}
      onSelect={(files) => {
        const file = files?.[0];
        if (file) void file.text().then((text) => onText(text, file.name));
      }}
    >
      <Button {...props}>{children}</Button>
    </FileTrigger>
  );
}
