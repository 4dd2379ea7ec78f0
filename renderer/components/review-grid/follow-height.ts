/** Tells the height of what hangs beneath a row, at once and whenever it changes. @returns stop */
export function followHeight(element: HTMLElement, onHeight: (height: number) => void): () => void {
  const tell = () => onHeight(element.offsetHeight + 1);
  tell();
  const observer = new ResizeObserver(tell);
  observer.observe(element);
  return () => observer.disconnect();
}
