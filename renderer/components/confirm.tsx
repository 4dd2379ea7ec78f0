import { type ReactNode, useState } from 'react';
import { create } from 'zustand';
import { t } from '../i18n/t.ts';
import { Button } from './button.tsx';
import { Dialog } from './dialog.tsx';
import { TextInput } from './fields.tsx';

export type Question = {
  /** Names the object and the count: "Exclude 12 lines?" */
  readonly title: string;
  readonly body?: ReactNode;
  /** Says what it does, as the title does: "Exclude 12 lines". */
  readonly action: string;
  readonly kind?: 'primary' | 'danger';
  /** Asks for a reason, which the trail keeps. */
  readonly reason?: { readonly label: string; readonly first?: string };
};

type Asked = Question & { readonly other?: string; readonly answer: (reason: string | null, other?: true) => void };

const useAsked = create<{ readonly asked: Asked | null }>(() => ({ asked: null }));

/** Asks before something that cannot simply be undone. @returns the reason ('' where none was asked), null for no */
export function confirm(question: Question): Promise<string | null> {
  return new Promise((resolve) => {
    const answer = (reason: string | null) => {
      useAsked.setState({ asked: null });
      resolve(reason);
    };
    useAsked.setState({ asked: { ...question, answer } });
  });
}

/** Asks which of two ways to go; `other` names the second one. @returns null for neither */
export function choose(question: Question & { readonly other: string }): Promise<'action' | 'other' | null> {
  return new Promise((resolve) => {
    const answer = (reason: string | null, other?: true) => {
      useAsked.setState({ asked: null });
      resolve(other ? 'other' : reason === null ? null : 'action');
    };
    useAsked.setState({ asked: { ...question, answer } });
  });
}

/** Stands once in the frame. */
export function ConfirmDialog() {
  const { asked } = useAsked();
  return asked ? <Asking key={asked.title} {...asked} /> : null;
}

function Asking({ title, body, action, kind = 'primary', reason, other, answer }: Asked) {
  const [text, setText] = useState(reason?.first ?? '');
  const ready = !reason || text.trim() !== '';
  return (
    <Dialog
      title={title}
      onClose={() => answer(null)}
      footer={
        <>
          <Button onPress={() => answer(null)}>{t('Cancel')}</Button>
          {other === undefined ? null : <Button onPress={() => answer('', true)}>{other}</Button>}
          <Button kind={kind} isDisabled={!ready} autoFocus={!reason} onPress={() => answer(text.trim())}>
            {action}
          </Button>
        </>
      }
    >
      {body}
      {reason ? (
        <TextInput
          label={reason.label}
          value={text}
          onChange={setText}
          autoFocus
          onEnter={() => ready && answer(text.trim())}
        />
      ) : null}
    </Dialog>
  );
}
