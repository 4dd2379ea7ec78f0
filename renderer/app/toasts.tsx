import 'sonner/dist/styles.css';
import { Toaster, toast } from 'sonner';
import { create } from 'zustand';
import { useView } from './view.ts';

const useSaid = create<{ readonly text: string; readonly turn: number }>(() => ({ text: '', turn: 0 }));

/** Tells screen readers, politely, what the eye sees anyway: "3 approved". */
export function say(text: string): void {
  useSaid.setState(({ turn }) => ({ text, turn: turn + 1 }));
}

export type ToastAction = { readonly label: string; readonly act: () => void };

/**
 * A short word about what was done, with a way back. Never the only place of an error: those stand in the row, the
 * dialog or the page where they happened.
 */
export function tell(text: string, action?: ToastAction): void {
  say(text);
  toast(text, {
    id: 'told',
    duration: 5_000,
    // Named in any case: the notice before it may have had another.
    action: action && { label: action.label, onClick: action.act },
  });
}

/** Stands once in the frame. */
export function Told() {
  const { text, turn } = useSaid();
  const theme = useView((view) => view.theme);
  return (
    <>
      <Toaster position="bottom-center" theme={theme} visibleToasts={1} offset={44} />
      <output className="visually-hidden" aria-live="polite" data-turn={turn}>
        {text}
      </output>
    </>
  );
}
