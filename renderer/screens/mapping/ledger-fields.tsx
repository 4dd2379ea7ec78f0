import { Choose, TextInput } from '../../components/fields.tsx';
import { t } from '../../i18n/t.ts';
import { PickField } from './pick-field.tsx';
import type { MappingValues, Reference } from './types.ts';

/** The chosen bank account by name, and whether its currency is the bank's. */
export function BankAccountLine({
  ledger,
  bankAccount,
  currency,
}: {
  readonly ledger: Reference;
  readonly bankAccount: string;
  readonly currency: string | null;
}) {
  const found = ledger.bankAccounts.find(({ id }) => id.toLowerCase() === bankAccount.toLowerCase());
  if (!found) return null;
  const wrong = currency !== null && found.currency !== '' && found.currency !== currency;
  return (
    <p className={wrong ? 'small wrong' : 'small quiet'}>
      {[found.name, found.currency, found.numberLast4 === null ? null : `··${found.numberLast4}`]
        .filter(Boolean)
        .join(' · ')}
      {wrong ? ` ${t('The bank keeps this account in {currency}.', { currency })}` : null}
    </p>
  );
}

/** The journal names under which this bank account can be booked. */
export function journalsOf(ledger: Reference, bankAccount: string): Reference['journalNames'] {
  const own = ledger.bankAccounts.find(({ id }) => id.toLowerCase() === bankAccount.toLowerCase())?.journalNames;
  return ledger.journalNames.filter(({ name, usable }) => usable && (!own || own.includes(name)));
}

/** The only journal name of a bank account that has its own; undefined where a person chooses. */
export function onlyJournalOf(ledger: Reference, bankAccount: string): string | undefined {
  const bank = ledger.bankAccounts.find(({ id }) => id.toLowerCase() === bankAccount.toLowerCase());
  const [only, second] = bank?.journalNames ? journalsOf(ledger, bankAccount) : [];
  return second ? undefined : only?.name;
}

export function JournalChoice({
  ledger,
  bankAccount,
  value,
  onChange,
}: {
  readonly ledger: Reference;
  readonly bankAccount: string;
  readonly value: string;
  readonly onChange: (name: string) => void;
}) {
  const usable = journalsOf(ledger, bankAccount);
  if (usable.length === 0 && ledger.missing.includes('journalNames'))
    return (
      <TextInput
        label={t('Journal name')}
        value={value}
        onChange={onChange}
        description={t('The ledger does not tell its journal names.')}
      />
    );
  const known = usable.some(({ name }) => name === value);
  const chosen = ledger.journalNames.find(({ name }) => name === value);
  return (
    <>
      <Choose
        label={t('Journal name')}
        value={value}
        choices={[
          ...(known
            ? []
            : [{ value, label: value === '' ? t('Choose') : t('{name} (cannot be used)', { name: value }) }]),
          ...usable.map(({ name, description }) => ({ value: name, label: `${name} · ${description}` })),
        ]}
        onChange={onChange}
      />
      {chosen?.warnings.map((warning) => (
        <p key={warning} className="small act">
          {warning}
        </p>
      ))}
    </>
  );
}

type DimensionFieldsProps = {
  readonly ledger: Reference;
  readonly values: MappingValues;
  readonly set: (part: Partial<MappingValues>) => void;
};

/** One picker for each dimension, in the order of the account structure. */
export function DimensionFields({ ledger, values, set }: DimensionFieldsProps) {
  const { ledgerConnectionId: connectionId, legalEntity, dimensions } = values;
  if (ledger.dimensions.length === 0) return <p className="small quiet">{t('This ledger names no dimensions.')}</p>;
  return (
    <div className="dimension-fields">
      <p className="small quiet">{t('Dimensions of these lines, unless a rule or a person says otherwise')}</p>
      {ledger.dimensions.map(({ name, label, hint, values: count, valueNames }) => (
        <div key={name}>
          <PickField
            label={count === 0 ? t('{name} (no values told)', { name: label }) : label}
            name={valueNames[dimensions[name] ?? '']}
            from={{ connectionId, legalEntity, kinds: ['dimension'], dimension: name }}
            value={dimensions[name] ?? ''}
            onPick={(picked) => {
              const { [name]: _, ...rest } = dimensions;
              set({ dimensions: picked ? { ...rest, [name]: picked.code } : rest });
            }}
          />
          {hint ? <p className="small quiet">{hint}</p> : null}
        </div>
      ))}
    </div>
  );
}
