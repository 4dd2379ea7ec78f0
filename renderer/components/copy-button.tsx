import { useState } from 'react';
import { say } from '../app/toasts.tsx';
import { t } from '../i18n/t.ts';
import { Button } from './button.tsx';

/** Puts a text on the clipboard and says so in its own label. */
export function CopyButton({ text, children }: { readonly text: string; readonly children: string }) {
  const [copied, setCopied] = useState(false);
  return (
    <Button
      small
      onPress={() =>
        navigator.clipboard.writeText(text).then(() => {
          setCopied(true);
          say(t('Copied'));
        })
      }
    >
      {copied ? t('Copied') : children}
    </Button>
  );
}
