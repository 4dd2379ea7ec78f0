import { useEffect, useRef, useSyncExternalStore } from 'react';
import { chordOf, isSingleKey } from './chord.ts';
import { COMMAND_IDS, type CommandId, commandOf } from './keys.ts';
import { useView } from './view.ts';

/** What commands do now. A screen gives those that it knows; the newest layer that knows a command has it. */
export type Handlers = { readonly [Id in CommandId]?: (() => void) | undefined };

type Layer = { handlers: Handlers };

const layers: Layer[] = [];
const watchers = new Set<() => void>();
let version = 0;

/**
 * Says what commands do while the component is shown. Commands that make no sense now are left out (or undefined), and
 * then neither their key nor the palette offers them.
 */
export function useCommands(handlers: Handlers): void {
  const layer = useRef<Layer>({ handlers });
  const offered = Object.keys(handlers)
    .filter((id) => handlers[id as CommandId])
    .join(' ');
  useEffect(() => {
    layer.current.handlers = handlers;
  });
  useEffect(() => {
    const mine = layer.current;
    layers.push(mine);
    return () => {
      layers.splice(layers.indexOf(mine), 1);
      tellWatchers();
    };
  }, []);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the palette must hear when the offered commands change
  useEffect(tellWatchers, [offered]);
}

function tellWatchers(): void {
  version += 1;
  for (const tell of watchers) tell();
}

function handlerOf(id: CommandId): (() => void) | undefined {
  for (let at = layers.length - 1; at >= 0; at--) {
    const handler = layers[at]?.handlers[id];
    if (handler) return handler;
  }
  return undefined;
}

/** Does a command as if its key had been pressed; false when nothing on the screen knows it. */
export function runCommand(id: CommandId): boolean {
  const handler = handlerOf(id);
  handler?.();
  return handler !== undefined;
}

/** The commands that would do something now, in the order of the table. */
export function useOfferedCommands(): readonly CommandId[] {
  useSyncExternalStore(
    (tell) => {
      watchers.add(tell);
      return () => watchers.delete(tell);
    },
    () => version,
  );
  return COMMAND_IDS.filter((id) => handlerOf(id) !== undefined);
}

/** The keys of a command, as the table says or as the person has changed them. */
export function keysOf(id: CommandId, changed = useView.getState().keys): readonly string[] {
  return changed[id] ?? commandOf(id).keys;
}

/** Which command a chord means; undefined for none. */
export function commandFor(chord: string, inField: boolean): CommandId | undefined {
  const { keys, singleKeys } = useView.getState();
  if (!singleKeys && isSingleKey(chord)) return undefined;
  return COMMAND_IDS.find((id) => {
    const { inFields, inEditor } = commandOf(id);
    if (inEditor || (inField && !inFields)) return false;
    return keysOf(id, keys).includes(chord) && handlerOf(id) !== undefined;
  });
}

const TEXT_INPUTS = /^(?:text|search|email|url|tel|password|number|date|time)$/;

export function isTextField(target: EventTarget | null): boolean {
  if (target instanceof HTMLInputElement) return TEXT_INPUTS.test(target.type);
  return target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement;
}

/** An open dialog or menu has the keys to itself. */
function isInOverlay(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest('[data-overlay], [role="dialog"], [role="menu"]') !== null;
}

/** A button that has the focus is pressed by Enter and Space; they must not also approve a row. */
function isForControl(chord: string, target: EventTarget | null): boolean {
  const onControl = target instanceof Element && target.closest('button, a[href], [role="button"], summary') !== null;
  return onControl && (chord === 'Enter' || chord === 'Space');
}

/** Listens for the whole app. @returns stop */
export function listenToKeys(): () => void {
  const onKey = (event: KeyboardEvent) => {
    if (event.defaultPrevented || event.isComposing || isInOverlay(event.target)) return;
    const chord = chordOf(event);
    if (isForControl(chord, event.target)) return;
    const id = commandFor(chord, isTextField(event.target));
    if (id === undefined) return;
    event.preventDefault();
    runCommand(id);
  };
  window.addEventListener('keydown', onKey);
  return () => window.removeEventListener('keydown', onKey);
}
