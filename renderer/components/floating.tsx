import { type ReactNode, type RefObject, useLayoutEffect, useState } from 'react';
import { createPortal } from 'react-dom';

export type FloatingProps = {
  /** The field that it belongs to, which keeps the focus. */
  readonly below: RefObject<HTMLElement | null>;
  readonly children: ReactNode;
};

type Place = { readonly left: number; readonly top?: number; readonly bottom?: number; readonly maxHeight: number };

const GAP = 4;
const WIDTH = 360;
const HEIGHT = 300;

/** A list under a field, or above it where there is more room. It follows the field and never takes the focus. */
export function Floating({ below, children }: FloatingProps) {
  const [place, setPlace] = useState<Place>();
  useLayoutEffect(() => {
    const follow = () => setPlace(placeAt(below.current));
    follow();
    window.addEventListener('scroll', follow, { capture: true, passive: true });
    window.addEventListener('resize', follow);
    return () => {
      window.removeEventListener('scroll', follow, { capture: true });
      window.removeEventListener('resize', follow);
    };
  }, [below]);
  if (!place) return null;
  return createPortal(
    <div className="popover floating" style={place}>
      {children}
    </div>,
    document.body,
  );
}

function placeAt(field: HTMLElement | null): Place | undefined {
  const box = field?.getBoundingClientRect();
  if (!box) return undefined;
  const under = window.innerHeight - box.bottom - GAP;
  const above = box.top - GAP;
  const left = Math.max(GAP, Math.min(box.left, window.innerWidth - WIDTH - GAP));
  if (under >= Math.min(HEIGHT, above))
    return { left, top: box.bottom + GAP, maxHeight: Math.min(HEIGHT, under - GAP) };
  return { left, bottom: window.innerHeight - box.top + GAP, maxHeight: Math.min(HEIGHT, above - GAP) };
}
