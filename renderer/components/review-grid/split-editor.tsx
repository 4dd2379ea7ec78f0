import { type KeyboardEvent, useLayoutEffect, useRef, useState } from 'react';
import type { CallInput, QueueItem, SerialError } from '../../api/contract.ts';
import { chordOf } from '../../app/chord.ts';
import { t } from '../../i18n/t.ts';
import { Amount } from '../amount.tsx';
import { Button } from '../button.tsx';
import { digitsOf } from '../decimal.ts';
import { useDimensions } from '../dimensions.tsx';
import { ErrorNote } from '../error-note.tsx';
import { Icon } from '../icon.tsx';
import { followHeight } from './follow-height.ts';
import { Picker, type PickerHandle } from './picker.tsx';
import { type PartDraft, shareOf, viewSplit, withEntry } from './split.ts';

export type SplitParts = CallInput<'proposals.split'>['parts'];

/** The parts as typed, and what takes the rest. */
type Draft = { readonly parts: readonly PartDraft[]; readonly rest: PartDraft };

export type SplitEditorProps = {
  readonly item: QueueItem;
  readonly busy: boolean;
  readonly error: SerialError | undefined;
  readonly onSave: (parts: SplitParts) => void;
  readonly onCancel: () => void;
  readonly onHeight: (height: number) => void;
};

/**
 * Shares a row over several accounts. The last line takes what no part takes; pressing its figure makes a part of it.
 * Amounts may be sums (`1200/12`) or percentages (`25%`).
 */
export function SplitEditor({ item, busy, error, onSave, onCancel, onHeight }: SplitEditorProps) {
  const entry = item.amount.amount;
  const [draft, setDraft] = useState<Draft>(() => ({ parts: firstParts(item), rest: restPart(item) }));
  const { parts, rest } = draft;
  const [problem, setProblem] = useState<string>();
  /** What stands in the fields now, ahead of the next render: a picker may take its value while the split is saved. */
  const latest = useRef(draft);
  const update = (next: (before: Draft) => Draft) => {
    latest.current = next(latest.current);
    setDraft(latest.current);
  };
  const box = useRef<HTMLFieldSetElement>(null);
  const pickers = useRef(new Map<string, PickerHandle>());
  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    return followHeight(element, onHeight);
  }, [onHeight]);

  const { ledgerConnectionId: connectionId, legalEntity } = item;
  const dimensions = useDimensions({ connectionId, legalEntity }, Object.keys(rest.dimensions));
  const view = viewSplit(entry, parts);
  const change = (key: string, changed: (part: PartDraft) => Partial<PartDraft>) => {
    setProblem(undefined);
    const changedPart = (part: PartDraft) => (part.key === key ? { ...part, ...changed(part) } : part);
    update((before) => ({ parts: before.parts.map(changedPart), rest: changedPart(before.rest) }));
  };
  const add = (share: string) =>
    update((before) => ({
      ...before,
      parts: [...before.parts, { ...restPart(item), key: crypto.randomUUID(), account: '', share }],
    }));
  const remove = (key: string) =>
    update((before) => ({ ...before, parts: before.parts.filter((part) => part.key !== key) }));

  const save = async () => {
    const taken = await Promise.all([...pickers.current.values()].map((picker) => picker.take()));
    if (!taken.every((fits) => fits)) return;
    const made = partsOf(latest.current.parts, latest.current.rest, entry);
    if (typeof made === 'string') setProblem(made);
    else onSave(made);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const chord = chordOf(event);
    if (chord === 'Escape') onCancel();
    else if (chord === 'Ctrl+Enter') void save();
    else if (chord === 'Enter' && event.target instanceof HTMLInputElement) add('');
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const register = (key: string) => (handle: PickerHandle | null) => {
    if (handle) pickers.current.set(key, handle);
    else pickers.current.delete(key);
  };
  const accountPicker = (part: PartDraft, focus: boolean) => (
    <Picker
      label={t('Account')}
      hideLabel
      from={{ connectionId, legalEntity, kinds: ['ledger', 'vendor'] }}
      name={part.account === item.offsets[0]?.account ? item.offsets[0].accountName : undefined}
      value={part.account}
      autoFocus={focus}
      handle={register(part.key)}
      onPick={(picked) =>
        change(part.key, () => ({
          account: picked?.code ?? '',
          accountType: picked?.kind === 'vendor' ? 'vendor' : 'ledger',
        }))
      }
    />
  );
  const dimensionPickers = (part: PartDraft) => (
    <div className="split-dimensions">
      {dimensions.map(({ name, label, valueNames }) => (
        <Picker
          key={name}
          label={label}
          name={valueNames[part.dimensions[name] ?? '']}
          hideLabel
          from={{ connectionId, legalEntity, kinds: ['dimension'], dimension: name }}
          value={part.dimensions[name] ?? ''}
          handle={register(`${part.key} ${name}`)}
          onPick={(picked) =>
            change(part.key, ({ dimensions }) => ({ dimensions: { ...dimensions, [name]: picked?.code ?? '' } }))
          }
        />
      ))}
    </div>
  );
  const textInput = (part: PartDraft) => (
    <input
      className="input"
      aria-label={t('Text')}
      maxLength={60}
      value={part.text}
      onChange={(event) => change(part.key, () => ({ text: event.target.value }))}
    />
  );
  const shown = (amount: string | undefined) =>
    amount === undefined ? null : <Amount value={{ amount, currency: item.amount.currency }} currency={false} />;
  return (
    <fieldset className="split-editor" ref={box} aria-label={t('Split')} onKeyDown={onKeyDown}>
      <div className="split-line head" aria-hidden="true">
        <span>{t('Account')}</span>
        <span className="figure">{t('Amount or %')}</span>
        <span className="figure">{item.amount.currency}</span>
        <span>{t('Dimensions')}</span>
        <span>{t('Text')}</span>
        <span />
      </div>
      {parts.map((part, index) => (
        <div className="split-line" key={part.key}>
          {accountPicker(part, index === parts.length - 1)}
          <input
            className="input amount-input figure"
            aria-label={t('Amount or %')}
            data-invalid={part.share !== '' && view.amounts.get(part.key) === undefined ? '' : undefined}
            value={part.share}
            onChange={(event) => change(part.key, () => ({ share: event.target.value }))}
          />
          <span className="figure">{shown(view.amounts.get(part.key))}</span>
          {dimensionPickers(part)}
          {textInput(part)}
          <Button kind="plain" small aria-label={t('Remove this part')} onPress={() => remove(part.key)}>
            <Icon name="close" />
          </Button>
        </div>
      ))}
      <div className="split-line rest">
        {accountPicker(rest, false)}
        <span className="figure quiet">{t('Rest')}</span>
        <span className="figure">
          <Button
            kind="link"
            aria-label={t('Make a part of the rest')}
            isDisabled={view.restIsZero}
            onPress={() => add(view.rest)}
          >
            {shown(view.rest)}
          </Button>
        </span>
        {dimensionPickers(rest)}
        {textInput(rest)}
        <span />
      </div>
      {problem ? <p className="field-error tone-wrong">{problem}</p> : null}
      <ErrorNote error={error} />
      <div className="actions">
        <Button onPress={() => add('')}>{t('Add a part')}</Button>
        <Button onPress={onCancel}>{t('Cancel')}</Button>
        <Button isDisabled={busy} command="edit.save" onPress={() => void save()}>
          {t('Save split')}
        </Button>
      </div>
    </fieldset>
  );
}

/** The row's coding, for what is left. */
function restPart(item: QueueItem): PartDraft {
  const last = item.offsets.at(-1);
  return {
    key: 'rest',
    accountType: last?.accountType ?? 'ledger',
    account: last?.account ?? '',
    dimensions: last?.dimensions ?? {},
    text: item.text,
    share: '',
  };
}

/** The parts that a split row has already, but its last, which is the rest; otherwise one empty part. */
function firstParts(item: QueueItem): readonly PartDraft[] {
  if (item.offsets.length < 2) return [{ ...restPart(item), key: 'first', account: '' }];
  const digits = digitsOf(item.amount.amount);
  return item.offsets.slice(0, -1).map((offset, index) => ({
    key: `part ${index}`,
    accountType: offset.accountType,
    account: offset.account ?? '',
    dimensions: offset.dimensions,
    text: offset.text,
    share: digits === digitsOf(offset.amount.amount) ? offset.amount.amount : '',
  }));
}

/** What is sent; a sentence when it cannot be. */
function partsOf(parts: readonly PartDraft[], rest: PartDraft, entry: string): SplitParts | string {
  const made: SplitParts = [];
  for (const part of parts) {
    if (part.share.trim() === '' && part.account === '') continue;
    const share = shareOf(part.share, entry);
    if (!share) return t('“{share}” is neither an amount nor a percentage.', { share: part.share });
    if (part.account === '') return t('Each part needs an account.');
    made.push({
      ...coded(part),
      ...(share.kind === 'amount' ? { amount: withEntry(share.amount, entry) } : { percent: share.percent }),
    });
  }
  if (!viewSplit(entry, parts).restIsZero) {
    if (rest.account === '') return t('The rest needs an account, or parts that leave nothing over.');
    made.push({ ...coded(rest), rest: true });
  }
  return made.length === 0 ? t('A split needs at least one part.') : made;
}

function coded({ accountType, account, dimensions, text }: PartDraft) {
  return { accountType, account, dimensions: { ...dimensions }, ...(text.trim() === '' ? {} : { text: text.trim() }) };
}
