import type { CallOutput } from '../../api/contract.ts';
import { useAction } from '../../api/use-action.ts';
import { Button } from '../../components/button.tsx';
import { confirm } from '../../components/confirm.tsx';
import { Instant } from '../../components/day.tsx';
import { ErrorNote } from '../../components/error-note.tsx';
import { formatCount } from '../../i18n/format.ts';
import { t } from '../../i18n/t.ts';
import { Payload } from './payload.tsx';

type Row = CallOutput<'activity.exceptions'>['rows'][number];

/** Rows that a bank sent but that are no lines, each with its reason and the row as it came. */
export function RowExceptions({ rows, total }: { readonly rows: readonly Row[]; readonly total: number }) {
  return (
    <section className="exceptions" aria-label={t('Rows of banks')}>
      <h2>
        {t('Rows of banks that could not be read')} <span className="quiet">{formatCount(total)}</span>
      </h2>
      <ul>
        {rows.map((row) => (
          <RowException key={row.id} row={row} />
        ))}
      </ul>
    </section>
  );
}

function RowException({ row }: { readonly row: Row }) {
  const settle = useAction('activity.settleException');
  const ask = async () => {
    const note = await confirm({
      title: t('Settle this row of {bank}?', { bank: row.bank ?? t('a bank') }),
      body: (
        <p>
          {row.sentence}{' '}
          {t('Settling says that you have dealt with it; your note stays in the trail. Nothing is booked by it.')}
        </p>
      ),
      action: t('Settle this row'),
      reason: { label: t('How it was dealt with') },
    });
    if (note !== null) void settle.run({ id: row.id, note });
  };
  return (
    <li className="exception">
      <div className="what">
        <Instant value={row.openedAt} />
        <span className="text">
          <bdi>{[row.bank, row.accountName].filter(Boolean).join(' · ')}</bdi>
        </span>
        {row.settledAt ? <span className="quiet">{t('settled')}</span> : <span className="tone-act">{t('waits')}</span>}
      </div>
      <p>{row.sentence}</p>
      {row.settledAt ? (
        <p className="quiet small">
          {t('Settled by {who}:', { who: row.settledBy ?? '' })} <bdi>{row.settledNote}</bdi> ·{' '}
          <Instant value={row.settledAt} />
        </p>
      ) : null}
      <ErrorNote error={settle.error} retry={() => void ask()} onClose={settle.clear} />
      <div className="actions">
        {row.settledAt ? null : (
          <Button small isDisabled={settle.busy} onPress={() => void ask()}>
            {t('Settle')}
          </Button>
        )}
        <Payload text={row.payload} label={t('The row as the bank sent it')} />
      </div>
    </li>
  );
}
