import { useEffect, useState } from 'react';
import type { CallOutput, QueueItem } from '../../api/contract.ts';
import { useCall } from '../../api/use-call.ts';
import { wait } from '../../api/wait.ts';
import { to } from '../../app/route.ts';
import { Amount } from '../../components/amount.tsx';
import { approverLabel } from '../../components/approver.ts';
import { Button } from '../../components/button.tsx';
import { categoryText } from '../../components/category.ts';
import { Day, Instant } from '../../components/day.tsx';
import { type Dimension, DimensionCodes, type OfLedger, useDimensions } from '../../components/dimensions.tsx';
import { ErrorNote } from '../../components/error-note.tsx';
import { LedgerDiffers } from '../../components/ledger-differs.tsx';
import { ledgerNumbers } from '../../components/ledger-number.ts';
import {
  accountText,
  accountTypeLabel,
  entityText,
  feedAccountText,
  kindLabel,
  saidReason,
  stateLabel,
} from '../../components/review-grid/labels.ts';
import { Answered } from '../../components/states.tsx';
import { t } from '../../i18n/t.ts';
import type { Decide } from './use-decide.ts';

type Entry = CallOutput<'queue.get'>;

/** Held keys pass many rows; only the one where the hand rests is read. */
const REST_MS = 60;

function useRested(id: string | undefined): string | undefined {
  const [rested, setRested] = useState(id);
  useEffect(() => {
    const moved = new AbortController();
    void wait(REST_MS, moved.signal).then(() => {
      if (!moved.signal.aborted) setRested(id);
    });
    return () => moved.abort();
  }, [id]);
  return rested;
}

/** The chosen line: what the bank said, why it is coded so, the journal as the ERP will hold it, and its history. */
export function Side({ id, decide }: { readonly id: string | undefined; readonly decide: Decide }) {
  const rested = useRested(id);
  const answer = useCall('queue.get', rested === undefined ? null : { id: rested });
  if (id === undefined) return <p className="quiet">{t('Choose a line.')}</p>;
  return (
    <Answered answer={answer}>
      {(entry) => (
        <>
          <ErrorNote error={entry.item.error} />
          {entry.item.state === 'different' ? (
            <LedgerDiffers id={entry.item.id} text={<bdi>{entry.item.text}</bdi>} />
          ) : null}
          <BankSays entry={entry} />
          <Why entry={entry} decide={decide} />
          <Journal entry={entry} />
          <Related entry={entry} />
          <History entry={entry} />
          <a href={to(['activity', 'line', entry.item.lineId ?? ''])} hidden={entry.item.lineId === null}>
            {t('Everything about this line')}
          </a>
        </>
      )}
    </Answered>
  );
}

function BankSays({ entry }: { readonly entry: Entry }) {
  const { item } = entry;
  return (
    <section>
      <p className="side-amount">
        <Amount value={item.amount} />
      </p>
      {entry.lines.map((line) => (
        <dl className="facts" key={line.id}>
          <Fact label={t('Account')}>{feedAccountText(line.account)}</Fact>
          <Fact label={t('Date')}>
            <Day value={line.date} form="full" />
            {line.state === 'pending' ? ` · ${t('pending at the bank')}` : null}
          </Fact>
          {entry.lines.length > 1 ? (
            <Fact label={t('Amount')}>
              <Amount value={line.amount} />
            </Fact>
          ) : null}
          <Fact label={t('Counterparty')}>{line.counterparty}</Fact>
          <Fact label={t('Text')}>
            <bdi>{line.text}</bdi>
          </Fact>
          <Fact label={t('Bank’s text')}>{line.bankText === line.text ? null : line.bankText}</Fact>
          <Fact label={t('Reference')}>{line.reference}</Fact>
          <Fact label={t('Check number')}>{line.checkNumber}</Fact>
          <Fact label={t('Category')}>{categoryText(line.category)}</Fact>
        </dl>
      ))}
      <dl className="facts">
        <Fact label={t('State')}>{stateLabel(item.state)}</Fact>
        <Fact label={t('Approved by')}>{item.approvedBy === null ? null : approverLabel(item.approvedBy)}</Fact>
        <Fact label={t('Excluded because')}>{item.excludedWhy}</Fact>
        <Fact label={t('Journal')}>{ledgerNumbers(item.journalNumber, item.voucher)}</Fact>
        <Fact label={t('Note')}>{item.note}</Fact>
      </dl>
    </section>
  );
}

/** Bank text is shown as it is, isolated from the direction of the text around it. */
function Fact({ label, children }: { readonly label: string; readonly children: React.ReactNode }) {
  if (children === null || children === undefined || children === '') return null;
  return (
    <>
      <dt>{label}</dt>
      <dd>
        <bdi>{children}</bdi>
      </dd>
    </>
  );
}

function Why({ entry, decide }: { readonly entry: Entry; readonly decide: Decide }) {
  const { item } = entry;
  const reasons = entry.reasons.filter(({ sentence, by }) => sentence !== '' || by !== 'none');
  return (
    <section>
      <h3>{t('Why it is coded so')}</h3>
      {item.needs.map((need) => (
        <p key={need} className="tone-act">
          {need}
        </p>
      ))}
      <ul className="side-list">
        {reasons.map((reason) => (
          <li key={`${reason.by} ${reason.sentence}`} className={reason.inForce ? undefined : 'side-beside'}>
            <Reason by={reason.by} sentence={reason.sentence} />
            {reason.inForce || !item.alternative ? null : (
              <>
                {' '}
                <em>{accountText(item.alternative.account, item.alternative.accountName)}</em>{' '}
                <Button small command="code.suggestion" onPress={() => void decide.suggestion()}>
                  {t('Take it')}
                </Button>
              </>
            )}
          </li>
        ))}
      </ul>
      {item.kind === 'transfer' && (item.state === 'ready' || item.state === 'needs_person') ? (
        <Button small onPress={() => void decide.takeApart(item)}>
          {t('This is no transfer: take it apart')}
        </Button>
      ) : null}
    </section>
  );
}

function Reason({ by: codedBy, sentence }: { readonly by: QueueItem['codedBy']; readonly sentence: string }) {
  const { by, reason } = saidReason({ codedBy, reason: sentence });
  return (
    <>
      {by === '' ? null : <span className="quiet">{reason === '' ? by : `${by}: `}</span>}
      {reason}
    </>
  );
}

type Row = NonNullable<Entry['journal']>['rows'][number];

function Journal({ entry }: { readonly entry: Entry }) {
  const { journal, item } = entry;
  if (!journal)
    return (
      <section>
        <h3>{t('Journal')}</h3>
        <p className="quiet">
          {item.state === 'excluded'
            ? t('None: an excluded line is not booked.')
            : t('It can be shown once an account is chosen.')}
        </p>
      </section>
    );
  return (
    <section>
      <h3>
        {t('Journal as {entity} will hold it', { entity: entityText(journal.legalEntity, item.entityName) })} ·{' '}
        {journal.journalName}
        {journal.period ? ` · ${journal.period}` : null}
      </h3>
      <JournalTable
        rows={journal.rows}
        ledger={{ connectionId: item.ledgerConnectionId, legalEntity: journal.legalEntity }}
      />
      <p className="small quiet figure">
        {t('Daybook’s reference in the ERP: {reference}', { reference: item.reference })}
      </p>
    </section>
  );
}

/** Rows of a journal, each side on its own line, debit and credit in columns. */
export function JournalTable({ rows, ledger }: { readonly rows: readonly Row[]; readonly ledger: OfLedger }) {
  const used = rows.flatMap((row) => [row, row.offset].flatMap((side) => (side ? Object.keys(side.dimensions) : [])));
  const dimensions = useDimensions(ledger, used);
  return (
    <table className="journal">
      <thead>
        <tr>
          <th scope="col">{t('Account')}</th>
          <th scope="col" className="figure-cell">
            {t('Debit')}
          </th>
          <th scope="col" className="figure-cell">
            {t('Credit')}
          </th>
        </tr>
      </thead>
      <tbody>
        {sidesOf(rows).map(({ key, ...side }) => (
          <JournalSide key={key} {...side} dimensions={dimensions} />
        ))}
      </tbody>
    </table>
  );
}

/** Both sides of each row: one line of the ERP with an offset account has the offset on the other side. */
function sidesOf(rows: readonly Row[]): (JournalSideProps & { readonly key: string })[] {
  return rows.flatMap((row, index) => {
    const key = `${row.reference} ${index}`;
    const own = { key, side: row, day: row.date, text: row.text, debit: row.debit, credit: row.credit };
    if (!row.offset) return [own];
    return [own, { key: `${key} offset`, side: row.offset, day: null, text: '', debit: row.credit, credit: row.debit }];
  });
}

type Named = { readonly dimensions: readonly Dimension[] };

type JournalSideProps = {
  readonly side: Pick<Row, 'accountType' | 'account' | 'accountName' | 'dimensions'>;
  /** Null on the second side of a row, which has the date and text of the first. */
  readonly day: string | null;
  readonly text: string;
  readonly debit: QueueItem['amount'] | null;
  readonly credit: QueueItem['amount'] | null;
};

function JournalSide({ side, dimensions, day, text, debit, credit }: JournalSideProps & Named) {
  return (
    <tr className={day === null ? 'offset' : undefined}>
      <td>
        {accountTypeLabel(side.accountType)} {accountText(side.account, side.accountName)}
        <span className="journal-dimensions">
          <DimensionCodes dimensions={dimensions} of={side.dimensions} />
        </span>
        {day === null ? null : (
          <span className="journal-text">
            <span className="journal-day">
              <Day value={day} />
            </span>
            <bdi>{text}</bdi>
          </span>
        )}
      </td>
      <td className="figure-cell">
        <Amount value={debit} currency={false} />
      </td>
      <td className="figure-cell">
        <Amount value={credit} currency={false} />
      </td>
    </tr>
  );
}

function Related({ entry }: { readonly entry: Entry }) {
  if (entry.related.length === 0) return null;
  return (
    <section>
      <h3>{t('Related')}</h3>
      <ul className="side-list">
        {entry.related.map((other) => (
          <li key={other.id}>
            <a href={to(['review', 'entry', other.id])}>{kindLabel(other.kind)}</a> · {stateLabel(other.state)} ·{' '}
            <Day value={other.date} /> · <Amount value={other.amount} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function History({ entry }: { readonly entry: Entry }) {
  if (entry.history.length === 0) return null;
  return (
    <section>
      <h3>{t('History')}</h3>
      <ol className="side-list">
        {entry.history.map((event) => (
          <li key={event.seq}>
            <span className="small quiet">
              <Instant value={event.at} /> · {event.actor}
            </span>
            <br />
            {event.sentence}
          </li>
        ))}
      </ol>
    </section>
  );
}
