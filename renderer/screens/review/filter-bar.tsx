import { useEffect, useRef, useState } from 'react';
import { Dialog, DialogTrigger, Popover } from 'react-aria-components';
import type { CallOutput } from '../../api/contract.ts';
import { useCall } from '../../api/use-call.ts';
import { useCommands } from '../../app/commands.ts';
import { Button } from '../../components/button.tsx';
import { type Choice, Choose, TextInput } from '../../components/fields.tsx';
import { Icon } from '../../components/icon.tsx';
import { codedByLabel, feedAccountText } from '../../components/review-grid/labels.ts';
import { formatDay } from '../../i18n/format.ts';
import { t } from '../../i18n/t.ts';
import { type Filter, isFiltered, NO_FILTER } from './filter.ts';

export type FilterBarProps = { readonly filter: Filter; readonly onChange: (filter: Filter) => void };

const NOTHING = {};
const ANY = '';

/** Search, account and the filter's window; what is set stands beside them as words that can be taken away. */
export function FilterBar({ filter, onChange }: FilterBarProps) {
  const search = useRef<HTMLInputElement>(null);
  const [open, setOpen] = useState(false);
  const accounts = useCall('accounts.list', NOTHING).data ?? [];
  useCommands({
    'search.focus': () => search.current?.select(),
    'filter.open': () => setOpen(true),
  });
  return (
    <>
      <div className="filter-account">
        <Choose
          label={t('Legal entity and account')}
          hideLabel
          value={placeOf(filter)}
          choices={placesOf(accounts)}
          onChange={(place) => onChange({ ...filter, ...filterOfPlace(place) })}
        />
      </div>
      <DialogTrigger isOpen={open} onOpenChange={setOpen}>
        <Button kind="plain">
          <Icon name="filter" />
          {t('Filter')}
        </Button>
        <Popover className="popover" data-overlay="" placement="bottom end">
          <Dialog className="filter-window" aria-label={t('Filter')}>
            <FilterFields filter={filter} onChange={onChange} />
          </Dialog>
        </Popover>
      </DialogTrigger>
      <Search
        value={filter.search ?? ''}
        input={search}
        onChange={(text) => onChange({ ...filter, search: text === '' ? undefined : text })}
      />
    </>
  );
}

type Account = CallOutput<'accounts.list'>[number];

/** One legal entity, one account, or everything, as one value of the list. */
function placeOf({ feedAccountIds: [account] = [], legalEntities: [entity] = [] }: Filter): string {
  if (account !== undefined) return `account ${account}`;
  return entity === undefined ? ANY : `entity ${entity}`;
}

function filterOfPlace(place: string): Partial<Filter> {
  const [kind, id = ''] = [place.split(' ')[0], place.slice(place.indexOf(' ') + 1)];
  return {
    feedAccountIds: kind === 'account' ? [id] : undefined,
    legalEntities: kind === 'entity' ? [id] : undefined,
  };
}

/** Each legal entity with its accounts beneath it; unmapped accounts have no lines to review. */
function placesOf(accounts: readonly Account[]): Choice<string>[] {
  const entities = [...new Set(accounts.flatMap(({ mapping }) => mapping?.legalEntity ?? []))].sort();
  return [
    { value: ANY, label: t('All accounts') },
    ...entities.flatMap((entity) => [
      { value: `entity ${entity}`, label: t('{entity}, all accounts', { entity }) },
      ...accounts
        .filter(({ mapping }) => mapping?.legalEntity === entity)
        .map((one) => ({ value: `account ${one.id}`, label: `${entity} · ${feedAccountText(one)}` })),
    ]),
  ];
}

/** Searches when typing rests on Enter or leaves the field; `a|b` finds either. */
function Search({
  value,
  input,
  onChange,
}: {
  readonly value: string;
  readonly input: React.RefObject<HTMLInputElement | null>;
  readonly onChange: (text: string) => void;
}) {
  const [text, setText] = useState(value);
  useEffect(() => setText(value), [value]);
  const done = () => {
    if (text.trim() !== value) onChange(text.trim());
  };
  return (
    <label className="filter-search">
      <Icon name="search" />
      <span className="visually-hidden">{t('Search this list')}</span>
      <input
        ref={input}
        className="input"
        type="search"
        placeholder={t('Search')}
        title={t('Words that must all be there; one|other finds either')}
        value={text}
        onChange={(event) => setText(event.target.value)}
        onBlur={done}
        onKeyDown={(event) => {
          if (event.key === 'Enter') {
            done();
            // The hand goes back to the rows.
            event.currentTarget.blur();
          } else if (event.key === 'Escape') {
            event.stopPropagation();
            setText('');
            onChange('');
            event.currentTarget.blur();
          }
        }}
      />
    </label>
  );
}

const CODED_BY = ['rule', 'default', 'suggestion', 'person', 'transfer', 'none'] as const;

function FilterFields({ filter, onChange }: FilterBarProps) {
  const set = (part: Partial<Filter>) => onChange({ ...filter, ...part });
  const text = (value: string) => (value.trim() === '' ? undefined : value.trim());
  const [coded] = filter.codedBy ?? [];
  const [state] = filter.states ?? [];
  return (
    <>
      <div className="filter-pair">
        <TextInput
          label={t('From')}
          type="date"
          value={filter.from ?? ''}
          onChange={(from) => set({ from: text(from) })}
          autoFocus
        />
        <TextInput label={t('To')} type="date" value={filter.to ?? ''} onChange={(to) => set({ to: text(to) })} />
      </div>
      <div className="filter-pair">
        <TextInput
          label={t('Amount from')}
          value={filter.amountFrom ?? ''}
          onChange={(from) => set({ amountFrom: decimalOf(from) })}
        />
        <TextInput
          label={t('Amount to')}
          value={filter.amountTo ?? ''}
          onChange={(to) => set({ amountTo: decimalOf(to) })}
        />
      </div>
      <div className="filter-pair">
        <Choose
          label={t('Direction')}
          value={filter.direction ?? ANY}
          choices={[
            { value: ANY, label: t('In and out') },
            { value: 'in', label: t('Money in') },
            { value: 'out', label: t('Money out') },
          ]}
          onChange={(direction) => set({ direction: direction === ANY ? undefined : direction })}
        />
        <Choose
          label={t('State')}
          value={state ?? ANY}
          choices={[
            { value: ANY, label: t('All') },
            { value: 'needs_person', label: t('Needs you') },
            { value: 'ready', label: t('Ready') },
          ]}
          onChange={(next) => set({ states: next === 'needs_person' || next === 'ready' ? [next] : undefined })}
        />
      </div>
      <div className="filter-pair">
        <Choose
          label={t('Coded by')}
          value={coded ?? ANY}
          choices={[
            { value: ANY, label: t('Anything') },
            ...CODED_BY.map((one) => ({ value: one, label: one === 'none' ? t('Nothing yet') : codedByLabel(one) })),
          ]}
          onChange={(next) => {
            const by = CODED_BY.find((one) => one === next);
            set({ codedBy: by ? [by] : undefined });
          }}
        />
        <TextInput
          label={t('Ledger account')}
          value={filter.account ?? ''}
          onChange={(account) => set({ account: text(account) })}
        />
      </div>
      <Button isDisabled={!isFiltered(filter)} onPress={() => onChange(NO_FILTER)}>
        {t('Clear the filter')}
      </Button>
    </>
  );
}

/** What the wire takes: a plain decimal, or nothing while it is being typed. */
function decimalOf(text: string): string | undefined {
  const plain = text.trim().replaceAll(',', '');
  return /^\d{1,15}(\.\d{1,6})?$/.test(plain) ? plain : undefined;
}

/** What the filter says, in words, each with a way to take it out. */
export function FilterWords({ filter, onChange }: FilterBarProps) {
  const words: { readonly text: string; readonly without: Partial<Filter> }[] = [];
  if (filter.from)
    words.push({ text: t('from {day}', { day: formatDay(filter.from, 'full') }), without: { from: undefined } });
  if (filter.to) words.push({ text: t('to {day}', { day: formatDay(filter.to, 'full') }), without: { to: undefined } });
  if (filter.amountFrom)
    words.push({ text: t('at least {amount}', { amount: filter.amountFrom }), without: { amountFrom: undefined } });
  if (filter.amountTo)
    words.push({ text: t('at most {amount}', { amount: filter.amountTo }), without: { amountTo: undefined } });
  if (filter.direction)
    words.push({ text: filter.direction === 'in' ? t('money in') : t('money out'), without: { direction: undefined } });
  if (filter.states?.length)
    words.push({ text: filter.states.includes('ready') ? t('ready') : t('needs you'), without: { states: undefined } });
  if (filter.codedBy?.length)
    words.push({
      text: t('coded by: {what}', { what: filter.codedBy.map(codedByLabel).join(', ') || t('nothing yet') }),
      without: { codedBy: undefined },
    });
  if (filter.account)
    words.push({ text: t('account {account}', { account: filter.account }), without: { account: undefined } });
  if (filter.search) words.push({ text: t('“{text}”', { text: filter.search }), without: { search: undefined } });
  if (words.length === 0) return null;
  return (
    <ul className="filter-words">
      {words.map(({ text, without }) => (
        <li key={text}>
          <Button
            kind="plain"
            small
            aria-label={t('Take out of the filter: {what}', { what: text })}
            onPress={() => onChange({ ...filter, ...without })}
          >
            {text}
            <Icon name="close" />
          </Button>
        </li>
      ))}
    </ul>
  );
}
