import type { Money } from '../../api/contract.ts';
import { Amount } from '../../components/amount.tsx';
import { Icon } from '../../components/icon.tsx';
import { t } from '../../i18n/t.ts';
import { isZero } from './sums.ts';

/** 0.00 with a quiet check; otherwise the figure, in red where the open items do not add up to it. */
export function Difference({ value, explained }: { readonly value: Money; readonly explained: boolean }) {
  if (isZero(value) && explained)
    return (
      <span className="difference tone-proven" title={t('Bank and ledger tie out')}>
        <Amount value={value} currency={false} />
        <Icon name="check" />
        <span className="visually-hidden">{t('tied out')}</span>
      </span>
    );
  return (
    <span className={explained ? 'difference' : 'difference tone-wrong'}>
      <Amount value={value} currency={false} />
      <span className="difference-mark" />
    </span>
  );
}
