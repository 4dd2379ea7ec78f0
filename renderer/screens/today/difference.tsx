import type { Money } from '../../api/contract.ts';
import { Amount } from '../../components/amount.tsx';
import { Icon } from '../../components/icon.tsx';
import { t } from '../../i18n/t.ts';

export type DifferenceProps = {
  /** Bank − ledger; null until both are known. */
  readonly value: Money | null;
  /** The open items add up to it. */
  readonly explained: boolean | null;
  /** Its currency stands beside it. */
  readonly currency?: boolean;
};

/** Nought with a quiet check; otherwise whether open items explain it. Said in words, not by colour alone. */
export function Difference({ value, explained, currency = true }: DifferenceProps) {
  if (value === null) return <span className="quiet">–</span>;
  const zero = !/[1-9]/.test(value.amount);
  if (zero && explained !== false)
    return (
      <span className="difference tone-proven" title={t('Bank and ledger tie out')}>
        <Amount value={value} currency={currency} />
        <Icon name="check" />
        <span className="visually-hidden">{t('tied out')}</span>
      </span>
    );
  return (
    <span className={explained ? 'difference' : 'difference tone-wrong'}>
      <Amount value={value} currency={currency} />
      <span className="small">{explained ? t('explained') : t('not explained')}</span>
    </span>
  );
}
