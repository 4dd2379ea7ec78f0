import { createContext, useContext, useEffect, useRef } from 'react';
import { Picker, type PickerHandle, type PickerProps } from '../../components/review-grid/picker.tsx';

/** The pickers of a form, so that saving takes what is typed in them and not yet taken. */
export type Pickers = Set<{ readonly take: () => Promise<boolean> }>;

export const PickersOfForm = createContext<Pickers>(new Set());

/** A picker that takes what was typed when it is left. */
export function PickField(props: Omit<PickerProps, 'handle' | 'autoFocus' | 'onAbove'>) {
  const handle = useRef<PickerHandle>(null);
  const pickers = useContext(PickersOfForm);
  useEffect(() => {
    const mine = { take: async () => (await handle.current?.take()) ?? true };
    pickers.add(mine);
    return () => void pickers.delete(mine);
  }, [pickers]);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it only hears that the field inside was left
    <div className="pick-field" onBlur={() => void handle.current?.take()}>
      <Picker {...props} handle={handle} />
    </div>
  );
}
