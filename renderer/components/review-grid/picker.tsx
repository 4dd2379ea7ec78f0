import { useDeferredValue, useEffect, useId, useImperativeHandle, useRef, useState } from 'react';
import { call } from '../../api/client.ts';
import type { CallInput, CallOutput } from '../../api/contract.ts';
import { useCall } from '../../api/use-call.ts';
import { t } from '../../i18n/t.ts';
import { ErrorNote } from '../error-note.tsx';
import { Floating } from '../floating.tsx';
import { accountTypeLabel } from './labels.ts';

export type PickKind = CallInput<'ledger.search'>['kind'];
type Found = CallOutput<'ledger.search'>[number];
export type Picked = { readonly kind: PickKind; readonly code: string; readonly name: string };

/** What a picker looks in: one legal entity's accounts, parties, or the values of one dimension. */
export type PickFrom = {
  readonly connectionId: string;
  readonly legalEntity: string;
  readonly kinds: readonly PickKind[];
  readonly dimension?: string;
};

export type PickerHandle = {
  /** Takes what is typed: the exact code, the marked option, or the first that fits. False when nothing does. */
  readonly take: () => Promise<boolean>;
  readonly focus: () => void;
};

export type PickerProps = {
  readonly label: string;
  readonly from: PickFrom;
  readonly value: string;
  readonly onPick: (picked: Picked | null) => void;
  readonly handle?: React.Ref<PickerHandle>;
  readonly autoFocus?: boolean;
  readonly wide?: boolean;
  /** The label is for screen readers alone. */
  readonly hideLabel?: boolean;
  /** Name of the value, as far as it is known; stands beside the label. */
  readonly name?: string | null | undefined;
  /** Copies the cell above; pressed as `+` while nothing is typed. */
  readonly onAbove?: (() => void) | undefined;
};

/**
 * Finds an account, party or dimension value by number and name, the recently used first. Arrows mark, Enter takes (the
 * form's Enter then saves), Tab takes and goes on. An empty text means none.
 */
export function Picker(props: PickerProps) {
  const {
    label,
    from,
    value,
    onPick,
    handle,
    autoFocus = false,
    wide = false,
    hideLabel = false,
    name,
    onAbove,
  } = props;
  const [pickedName, setPickedName] = useState<{ readonly code: string; readonly name: string }>();
  const [text, setText] = useState(value);
  const [open, setOpen] = useState(false);
  const [marked, setMarked] = useState(0);
  const [missing, setMissing] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const listId = useId();
  const query = useDeferredValue(text === value ? '' : text.trim());
  const answers = [useFound(from, 0, query, open), useFound(from, 1, query, open)];
  const options = answers.flatMap(({ found }) => found);
  const error = answers.find((answer) => answer.error)?.error;

  useEffect(() => setText(value), [value]);
  useEffect(() => {
    if (!autoFocus) return;
    input.current?.focus();
    input.current?.select();
  }, [autoFocus]);

  const pick = (kind: PickKind, found: Found) => {
    setText(found.code);
    setOpen(false);
    setMissing(false);
    setPickedName(found);
    onPick({ kind, code: found.code, name: found.name });
  };

  const take = async (): Promise<boolean> => {
    const typed = text.trim();
    if (typed === value) return true;
    if (typed === '') {
      onPick(null);
      return true;
    }
    // What is shown may belong to an earlier letter: the typed text itself is asked for.
    const lists = await Promise.all(from.kinds.map((kind) => call('ledger.search', inputOf(from, kind, typed))));
    const found = lists.flatMap((list, index) =>
      list.map((option) => ({ kind: from.kinds[index] ?? 'ledger', option })),
    );
    const chosen = open ? options[marked] : undefined;
    const best =
      found.find(({ option }) => option.code.toLowerCase() === typed.toLowerCase()) ??
      found.find(({ option }) => option.code === chosen?.option.code) ??
      found.find(({ option }) => option.usable);
    setMissing(!best);
    if (!best) {
      input.current?.focus();
      return false;
    }
    pick(best.kind, best.option);
    return true;
  };
  useImperativeHandle(handle, () => ({ take, focus: () => input.current?.focus() }));

  const shownName = value === '' ? undefined : pickedName?.code === value ? pickedName.name : name;
  return (
    <div className={wide ? 'field picker wide' : 'field picker'}>
      <label className={hideLabel ? 'visually-hidden' : 'label'} htmlFor={`${listId}-input`}>
        {label}
        {shownName ? <span className="picker-name"> {shownName}</span> : null}
      </label>
      <input
        ref={input}
        id={`${listId}-input`}
        className="input"
        role="combobox"
        autoComplete="off"
        aria-expanded={open}
        aria-controls={listId}
        aria-autocomplete="list"
        aria-activedescendant={open && options[marked] ? `${listId}-${marked}` : undefined}
        aria-invalid={missing}
        data-invalid={missing || undefined}
        value={text}
        title={shownName ?? undefined}
        placeholder={hideLabel ? label : undefined}
        onFocus={() => setOpen(true)}
        onBlur={() => setOpen(false)}
        onChange={(event) => {
          setText(event.target.value);
          setMarked(0);
          setOpen(true);
        }}
        onKeyDown={(event) => {
          const untouched = text === value || text === '';
          if (event.key === '+' && untouched && onAbove) {
            event.preventDefault();
            onAbove();
          } else if (event.key === 'ArrowDown' || (event.key === 'ArrowUp' && open)) {
            if (event.altKey) return;
            event.preventDefault();
            setOpen(true);
            const step = event.key === 'ArrowDown' ? 1 : -1;
            const next = options[(marked + step + options.length) % Math.max(1, options.length)];
            if (!next) return;
            setMarked(options.indexOf(next));
            setText(next.option.code);
          } else if (event.key === 'Escape' && open && !untouched) {
            event.stopPropagation();
            setText(value);
            setOpen(false);
          }
        }}
      />
      {missing ? <span className="field-error">{t('Not found in {entity}', { entity: from.legalEntity })}</span> : null}
      {open && (options.length > 0 || error !== undefined) ? (
        <Floating below={input}>
          <ErrorNote error={error} />
          <div id={listId} role="listbox" aria-label={label}>
            {options.map(({ kind, option }, index) => (
              <div
                key={`${kind} ${option.code}`}
                id={`${listId}-${index}`}
                className="option"
                role="option"
                aria-selected={index === marked}
                aria-disabled={!option.usable}
                onMouseDown={(event) => event.preventDefault()}
                onClick={() => pick(kind, option)}
              >
                <span className="code">{option.code}</span>
                <span className="name">{option.name}</span>
                <span className="hint">{hintOf(kind, option)}</span>
              </div>
            ))}
          </div>
        </Floating>
      ) : null}
    </div>
  );
}

function hintOf(kind: PickKind, option: Found): string {
  if (option.detail) return option.detail;
  if (option.recent) return t('recent');
  return kind === 'dimension' ? '' : accountTypeLabel(kind);
}

function inputOf(from: PickFrom, kind: PickKind, query: string): CallInput<'ledger.search'> {
  const { connectionId, legalEntity, dimension } = from;
  const base = { connectionId, legalEntity, kind, query, limit: from.kinds.length > 1 ? 15 : 30 };
  return dimension === undefined ? base : { ...base, dimension };
}

function useFound(from: PickFrom, at: number, query: string, open: boolean) {
  const kind = from.kinds[at];
  const answer = useCall('ledger.search', open && kind !== undefined ? inputOf(from, kind, query) : null);
  const found = kind === undefined ? [] : (answer.data ?? []).map((option) => ({ kind, option }));
  return { found, error: answer.error };
}
