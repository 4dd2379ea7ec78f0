import { useState } from 'react';
import { Button } from '../../components/button.tsx';
import { Choose, TextInput } from '../../components/fields.tsx';
import { t } from '../../i18n/t.ts';
import type { Hints } from './types.ts';

type Order = 'unsaid' | 'day_first' | 'month_first';

/** What a QIF file does not say itself. */
export function FileHints({ hints, onHints }: { readonly hints: Hints; readonly onHints: (hints: Hints) => void }) {
  const [currency, setCurrency] = useState(hints.currency ?? '');
  const [order, setOrder] = useState<Order>(hints.dateOrder ?? 'unsaid');
  const code = currency.trim().toUpperCase();
  const wrong = code !== '' && !/^[A-Z]{3}$/.test(code);
  const again = () => {
    if (code === '' || wrong) return;
    onHints({ ...hints, currency: code, dateOrder: order === 'unsaid' ? undefined : order });
  };
  return (
    <div className="statement-hints">
      <TextInput
        label={t('Currency of the file')}
        value={currency}
        onChange={setCurrency}
        placeholder="EUR"
        error={wrong ? t('A currency has three letters.') : undefined}
        onEnter={again}
      />
      <Choose
        label={t('Dates such as 03/04')}
        value={order}
        choices={[
          { value: 'unsaid', label: t('As the file shows') },
          { value: 'day_first', label: t('Day first') },
          { value: 'month_first', label: t('Month first') },
        ]}
        onChange={setOrder}
      />
      <Button isDisabled={code === '' || wrong} onPress={again}>
        {t('Read the file so')}
      </Button>
    </div>
  );
}
