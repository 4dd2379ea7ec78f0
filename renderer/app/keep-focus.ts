/**
 * A control that has the focus may go: its dialog was opened from a list that is empty now, its button did what it was
 * for. The browser then drops the focus, and a screen reader starts again at the top of the window. Here it goes to the
 * nearest thing around that is still there, or to the title of the new screen.
 */

const HELD = 'data-focus-held';

/** Nothing that a person has chosen has the focus, so whoever has a better place may take it. */
export function isNowhere(element: Element | null): boolean {
  return element === null || element === document.body || element.hasAttribute(HELD);
}

/** For the whole app. @returns stop */
export function keepFocus(): () => void {
  let last: Element | null = null;
  /** What was around the last control, from near to far. */
  let around: Element[] = [];
  let looking = false;

  const onFocus = ({ target }: FocusEvent) => {
    if (!(target instanceof Element)) return;
    last = target;
    around = [];
    for (let parent = target.parentElement; parent && parent !== document.body; parent = parent.parentElement)
      around.push(parent);
  };
  const look = () => {
    looking = false;
    if (last === null || last.isConnected || document.activeElement !== document.body) return;
    const near = around.find((element) => element.isConnected && element.closest('.page, [role="dialog"]') !== null);
    const place = near ?? document.querySelector('.page h1');
    if (place instanceof HTMLElement) hold(place);
  };
  // Two frames later: a dialog that closes gives the focus back by itself, and a grid takes it for its row.
  const observer = new MutationObserver(() => {
    if (looking || last === null || last.isConnected) return;
    looking = true;
    requestAnimationFrame(() => requestAnimationFrame(look));
  });
  document.addEventListener('focusin', onFocus);
  observer.observe(document.body, { childList: true, subtree: true });
  return () => {
    document.removeEventListener('focusin', onFocus);
    observer.disconnect();
  };
}

/** Gives the focus to what is no control, for as long as it has it. */
function hold(place: HTMLElement): void {
  if (!place.hasAttribute('tabindex')) {
    place.tabIndex = -1;
    place.setAttribute(HELD, '');
    place.addEventListener(
      'blur',
      () => {
        place.removeAttribute('tabindex');
        place.removeAttribute(HELD);
      },
      { once: true },
    );
  }
  place.focus({ preventScroll: true });
}
