import '../../components/review-grid/review-grid.css';
import { useState } from 'react';
import type { CallOutput, SerialError } from '../../api/contract.ts';
import { useAction } from '../../api/use-action.ts';
import { useCall } from '../../api/use-call.ts';
import { go, to } from '../../app/route.ts';
import { tell } from '../../app/toasts.tsx';
import { Amount } from '../../components/amount.tsx';
import { Button } from '../../components/button.tsx';
import { Day } from '../../components/day.tsx';
import { ErrorNote } from '../../components/error-note.tsx';
import { LedgerDiffers } from '../../components/ledger-differs.tsx';
import { type Coded, EditStrip } from '../../components/review-grid/edit-strip.tsx';
import { stateLabel, stateTone } from '../../components/review-grid/labels.ts';
import { formatCount } from '../../i18n/format.ts';
import { t } from '../../i18n/t.ts';

type Entry = CallOutput<'activity.exceptions'>['entries'][number];

/** Entries that are not in the ERP as approved: each is fixed and sent again alone. */
export function EntryExceptions({ entries, total }: { readonly entries: readonly Entry[]; readonly total: number }) {
  return (
    <section className="exceptions" aria-label={t('Entries')}>
      <h2>
        {t('Entries that are not in the ledger as approved')} <span className="quiet">{formatCount(total)}</span>
      </h2>
      <ul>
        {entries.map((entry) => (
          <EntryException key={entry.id} entry={entry} />
        ))}
      </ul>
    </section>
  );
}

function EntryException({ entry }: { readonly entry: Entry }) {
  const [fixing, setFixing] = useState(false);
  const [outcome, setOutcome] = useState<SerialError | null>(null);
  const retry = useAction('activity.retry');
  const lookUp = useAction('post.run');
  const busy = retry.busy || lookUp.busy;

  const sendAgain = async () => {
    setOutcome(null);
    const done = await retry.run({ id: entry.id });
    if (!done) return;
    setOutcome(done.error);
    if (done.state === 'posted') tell(t('Posted: {text}', { text: entry.text }));
  };
  const error = retry.error ?? lookUp.error ?? outcome ?? entry.error;
  return (
    <li className="exception">
      <div className="what">
        <Day value={entry.date} />
        <span className="quiet">{entry.legalEntity}</span>
        <a className="text" href={to(['activity', 'entry', entry.id])}>
          <bdi>{entry.text}</bdi>
        </a>
        <span className={`tone-${stateTone(entry.state)}`}>{stateLabel(entry.state)}</span>
        <Amount value={entry.amount} />
      </div>
      <ErrorNote error={error} ways={{ compare_entries: () => go(['review', 'entry', entry.id]) }} />
      <div className="actions">
        {entry.state === 'refused' ? (
          <>
            <Button small isDisabled={busy || fixing} onPress={() => setFixing(true)}>
              {t('Fix and send again')}
            </Button>
            <Button small isDisabled={busy} onPress={() => void sendAgain()}>
              {busy ? t('Sending') : t('Send again as it is')}
            </Button>
          </>
        ) : null}
        {entry.state === 'unknown' ? (
          <Button small isDisabled={busy} onPress={() => void lookUp.run({ ids: [entry.id] })}>
            {busy ? t('Looking it up') : t('Look it up in the ERP now')}
          </Button>
        ) : null}
        {entry.state === 'different' ? <LedgerDiffers id={entry.id} text={<bdi>{entry.text}</bdi>} /> : null}
        {entry.state === 'different' && !error ? (
          <Button small onPress={() => go(['review', 'entry', entry.id])}>
            {t('Compare')}
          </Button>
        ) : null}
        <a className="small" href={to(['activity', 'entry', entry.id])}>
          {t('Everything about this line')}
        </a>
      </div>
      {fixing ? (
        <Fix
          id={entry.id}
          onClose={() => setFixing(false)}
          onSaved={() => {
            setFixing(false);
            void sendAgain();
          }}
        />
      ) : null}
    </li>
  );
}

type FixProps = { readonly id: string; readonly onClose: () => void; readonly onSaved: () => void };

/** The coding of this one entry. Saving it sends it again; a split is edited where its parts are seen. */
function Fix({ id, onClose, onSaved }: FixProps) {
  const answer = useCall('queue.get', { id });
  const edit = useAction('proposals.edit');
  if (!answer.data) return <ErrorNote error={answer.error} retry={answer.refetch} onClose={onClose} />;
  const { item } = answer.data;
  if (item.offsets.length > 1)
    return (
      <p className="note">
        <span className="sentence">
          {t('This entry is split over several accounts. Edit it in review, then send it again.')}
        </span>
        <Button small onPress={() => go(['review', 'entry', id])}>
          {t('Open in review')}
        </Button>
      </p>
    );
  return (
    <EditStrip
      connectionId={item.ledgerConnectionId}
      legalEntity={item.legalEntity}
      first={codedOf(item)}
      above={undefined}
      field="account"
      amount={item.amount}
      busy={edit.busy}
      error={edit.error}
      onCancel={onClose}
      onSave={(change) => {
        if (change === null) return onSaved();
        void edit.run({ ids: [id], revisions: { [id]: item.revision }, change }).then((done) => {
          if (done) onSaved();
        });
      }}
    />
  );
}

function codedOf(item: CallOutput<'queue.get'>['item']): Coded {
  const [first] = item.offsets;
  return {
    accountType: first?.accountType ?? 'ledger',
    account: first?.account ?? '',
    dimensions: first?.dimensions ?? {},
    text: item.text,
    note: item.note ?? '',
  };
}
