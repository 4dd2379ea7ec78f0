import { type FormEvent, type KeyboardEvent, useEffect, useLayoutEffect, useRef, useState } from 'react';
import type { CallInput, SerialError } from '../../api/contract.ts';
import { chordOf } from '../../app/chord.ts';
import { formatDecimal } from '../../i18n/format.ts';
import { t } from '../../i18n/t.ts';
import { Button } from '../button.tsx';
import { useDimensions } from '../dimensions.tsx';
import { ErrorNote } from '../error-note.tsx';
import { followHeight } from './follow-height.ts';
import type { CodingField } from './grid-state.ts';
import { Picker, type PickerHandle } from './picker.tsx';

export type Change = CallInput<'proposals.edit'>['change'];

export type Coded = {
  readonly accountType: 'ledger' | 'bank' | 'customer' | 'vendor';
  readonly account: string;
  readonly accountName?: string | null;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly text: string;
  readonly note: string;
};

export type EditStripProps = {
  readonly connectionId: string;
  readonly legalEntity: string;
  /** Undefined for many rows at once: every field begins empty, and only what is set is changed. */
  readonly first: Coded | undefined;
  /** The coding of the row above, for `+`. */
  readonly above: Coded | undefined;
  readonly field: CodingField;
  /** Shown, not editable: a bank's figure. `/` in it opens the split. */
  readonly amount: { readonly amount: string; readonly currency: string } | undefined;
  readonly title?: string;
  readonly busy: boolean;
  readonly error: SerialError | undefined;
  readonly onSave: (change: Change | null) => void;
  readonly onCancel: () => void;
  readonly onSplit?: (() => void) | undefined;
  readonly onHeight?: (height: number) => void;
};

const NONE: Coded = { accountType: 'ledger', account: '', dimensions: {}, text: '', note: '' };

/**
 * The coding of one row, or of all selected rows, in one line of fields. Enter takes the field and saves, Tab takes it
 * and goes on, Ctrl+Enter saves from anywhere, Esc leaves.
 */
export function EditStrip(props: EditStripProps) {
  const { connectionId, legalEntity, first, above, field, amount, title, busy, error, onSave, onCancel, onSplit } =
    props;
  const start = first ?? NONE;
  const [draft, setDraft] = useState<Coded>(start);
  const latest = useRef(draft);
  const change = (part: Partial<Coded>) => {
    latest.current = { ...latest.current, ...part };
    setDraft(latest.current);
  };
  const form = useRef<HTMLFormElement>(null);
  const { onHeight } = props;
  useLayoutEffect(() => {
    const element = form.current;
    if (!element || !onHeight) return;
    return followHeight(element, onHeight);
  }, [onHeight]);
  const dimensions = useDimensions({ connectionId, legalEntity }, Object.keys(start.dimensions));
  const pickers = useRef(new Map<string, PickerHandle>());
  const register = (name: string) => (handle: PickerHandle | null) => {
    if (handle) pickers.current.set(name, handle);
    else pickers.current.delete(name);
  };

  const save = async () => {
    const taken = await Promise.all([...pickers.current.values()].map((picker) => picker.take()));
    if (taken.every((fits) => fits)) onSave(changeOf(start, latest.current));
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const chord = chordOf(event);
    if (chord === 'Escape') onCancel();
    else if (chord === 'Ctrl+Enter') void save();
    else if ((chord === 'Alt++' || chord === 'Alt+ArrowUp') && above) change(above);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const isParty = draft.accountType === 'vendor' || draft.accountType === 'customer';
  return (
    <form
      ref={form}
      className="edit-strip"
      aria-label={title ?? t('Coding')}
      aria-busy={busy}
      onKeyDown={onKeyDown}
      onSubmit={(event: FormEvent) => {
        event.preventDefault();
        void save();
      }}
    >
      {title ? <h2>{title}</h2> : null}
      <Picker
        label={t('Account')}
        wide
        from={{ connectionId, legalEntity, kinds: ['ledger'] }}
        value={isParty ? '' : draft.account}
        name={draft.account === start.account ? start.accountName : undefined}
        autoFocus={field === 'account'}
        handle={register('account')}
        onAbove={above && (() => change({ accountType: above.accountType, account: above.account }))}
        onPick={(picked) => {
          if (picked) change({ accountType: 'ledger', account: picked.code });
        }}
      />
      <Picker
        label={t('Vendor or customer')}
        from={{ connectionId, legalEntity, kinds: ['vendor', 'customer'] }}
        value={isParty ? draft.account : ''}
        name={draft.account === start.account ? start.accountName : undefined}
        autoFocus={field === 'party'}
        handle={register('party')}
        onAbove={above && (() => change({ accountType: above.accountType, account: above.account }))}
        onPick={(picked) => {
          if (picked && (picked.kind === 'vendor' || picked.kind === 'customer'))
            change({ accountType: picked.kind, account: picked.code });
        }}
      />
      {dimensions.map(({ name, label, valueNames }, index) => (
        <Picker
          key={name}
          label={label}
          name={valueNames[draft.dimensions[name] ?? '']}
          from={{ connectionId, legalEntity, kinds: ['dimension'], dimension: name }}
          value={draft.dimensions[name] ?? ''}
          autoFocus={field === 'dimensions' && index === 0}
          handle={register(`dimension ${name}`)}
          onAbove={
            above &&
            (() => change({ dimensions: { ...latest.current.dimensions, [name]: above.dimensions[name] ?? '' } }))
          }
          onPick={(picked) => change({ dimensions: { ...latest.current.dimensions, [name]: picked?.code ?? '' } })}
        />
      ))}
      <Plain
        label={t('Text')}
        wide
        value={draft.text}
        most={60}
        focus={field === 'text'}
        onChange={(text) => change({ text })}
        onAbove={above && (() => change({ text: above.text }))}
      />
      <Plain
        label={t('Note')}
        value={draft.note}
        most={1_000}
        focus={field === 'note'}
        onChange={(note) => change({ note })}
        onAbove={above && (() => change({ note: above.note }))}
      />
      {amount && onSplit ? (
        <label className="field">
          <span className="label">{t('Amount ( / splits)')}</span>
          <input
            className="input figure"
            readOnly
            value={`${formatDecimal(amount.amount)} ${amount.currency}`}
            onKeyDown={(event) => {
              if (event.key !== '/') return;
              event.preventDefault();
              onSplit();
            }}
          />
        </label>
      ) : null}
      <div className="actions">
        <Button onPress={onCancel}>{t('Cancel')}</Button>
        <Button type="submit" isDisabled={busy}>
          {t('Save')}
        </Button>
      </div>
      <ErrorNote error={error} />
    </form>
  );
}

type PlainProps = {
  readonly label: string;
  readonly value: string;
  readonly most: number;
  readonly focus: boolean;
  readonly wide?: boolean;
  readonly onChange: (value: string) => void;
  readonly onAbove?: (() => void) | undefined;
};

function Plain({ label, value, most, focus, wide = false, onChange, onAbove }: PlainProps) {
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (focus) input.current?.select();
  }, [focus]);
  return (
    <label className={wide ? 'field wide' : 'field'}>
      <span className="label">{label}</span>
      <input
        ref={input}
        className="input"
        maxLength={most}
        value={value}
        onChange={(event) => onChange(event.target.value)}
        onKeyDown={(event) => {
          if (event.key !== '+' || value !== '' || !onAbove) return;
          event.preventDefault();
          onAbove();
        }}
      />
    </label>
  );
}

/** What differs from how it was; null when nothing does. */
function changeOf(before: Coded, after: Coded): Change | null {
  const change: Change = {};
  if (after.account !== before.account || after.accountType !== before.accountType) {
    change.account = after.account;
    change.accountType = after.accountType;
  }
  if (JSON.stringify(after.dimensions) !== JSON.stringify(before.dimensions))
    change.dimensions = { ...after.dimensions };
  if (after.text !== before.text && after.text.trim() !== '') change.text = after.text;
  if (after.note !== before.note) change.note = after.note.trim() === '' ? null : after.note;
  return Object.keys(change).length === 0 ? null : change;
}
