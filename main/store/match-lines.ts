import { CompiledQuery } from 'kysely';
import type { CalendarDate } from '../core/calendar.ts';
import type { BankAccountKey } from './ledger-bank-lines.ts';
import type { Reader } from './store.ts';

/** Lines as the match engine needs them, with whether they stand in a live match. */

export type StatementRow = {
  readonly id: bigint;
  readonly date: CalendarDate;
  readonly amount_minor: bigint;
  readonly counterparty: string | null;
  readonly text: string;
  readonly bank_text: string | null;
  readonly reference: string | null;
  readonly check_number: string | null;
  readonly stem: string | null;
  readonly used: bigint;
};

export type LedgerRow = {
  readonly id: bigint;
  readonly date: CalendarDate;
  readonly amount_minor: bigint;
  readonly voucher: string | null;
  readonly text: string;
  readonly reference: string | null;
  readonly journal_number: string | null;
  readonly party: string | null;
  readonly documents: string;
  readonly payment_reference: string | null;
  readonly used: bigint;
};

/** `all`: every line from this day on. `open`: further back, lines that are in no match. */
export type Window = { readonly all: CalendarDate; readonly open: CalendarDate };

/** Booked lines of an account. */
export async function statementRows(
  db: Reader,
  feedAccountId: string,
  window: Window,
  currency: string,
): Promise<readonly StatementRow[]> {
  const result = await db.executeQuery<StatementRow>(
    CompiledQuery.raw(
      `SELECT line.id, line.date, line.amount_minor, line.counterparty, line.text, line.bank_text, line.reference,
          line.check_number, proposal.stem, leg.id IS NOT NULL AS used
        FROM statement_line AS line
        LEFT JOIN proposal_line AS place ON place.line_id = line.id AND place.claim = 1
        LEFT JOIN proposal ON proposal.id = place.proposal_id
        LEFT JOIN match_leg AS leg ON leg.side = 'statement' AND leg.line_id = line.id AND leg.live = 1
        WHERE line.feed_account_id = ? AND line.date >= ? AND line.state = 'booked' AND line.currency = ?
          AND (line.date >= ? OR leg.id IS NULL)`,
      [feedAccountId, window.open, currency, window.all],
    ),
  );
  return result.rows;
}

export async function ledgerRows(
  db: Reader,
  key: BankAccountKey,
  window: Window,
  currency: string,
): Promise<readonly LedgerRow[]> {
  const result = await db.executeQuery<LedgerRow>(
    CompiledQuery.raw(
      `SELECT line.id, line.date, line.amount_minor, line.voucher, line.text, line.reference, line.journal_number,
          line.party, line.documents, line.payment_reference, leg.id IS NOT NULL AS used
        FROM ledger_bank_line AS line
        LEFT JOIN match_leg AS leg ON leg.side = 'ledger' AND leg.line_id = line.id AND leg.live = 1
        WHERE line.ledger_connection_id = ? AND line.legal_entity = ? AND line.bank_account = ? AND line.date >= ?
          AND line.gone_at IS NULL AND line.currency = ? AND (line.date >= ? OR leg.id IS NULL)`,
      [key.ledgerConnectionId, key.legalEntity, key.bankAccount, window.open, currency, window.all],
    ),
  );
  return result.rows;
}

/** Stems of corrections and reversals, with the stem of what they correct: they are the same money. */
export async function stemsOfCorrections(db: Reader): Promise<Map<string, string>> {
  const rows = await db
    .selectFrom('proposal')
    .innerJoin('proposal as before', 'before.id', 'proposal.related_proposal_id')
    .select(['proposal.stem', 'before.stem as of'])
    .where('proposal.related_proposal_id', 'is not', null)
    .execute();
  return new Map(rows.map((row) => [row.stem, row.of]));
}

/** Where a line's change stands now, so that the next look knows what is new. */
export async function newestLineIds(db: Reader): Promise<{ readonly lineId: bigint; readonly historyId: bigint }> {
  const line = await db.selectFrom('statement_line').select('id').orderBy('id', 'desc').limit(1).executeTakeFirst();
  const history = await db
    .selectFrom('statement_line_history')
    .select('id')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  return { lineId: line?.id ?? 0n, historyId: history?.id ?? 0n };
}

/** Days of the statement lines of an account that are new or changed since a mark. */
export async function changedStatementDays(
  db: Reader,
  feedAccountId: string,
  mark: { readonly lineId: bigint; readonly historyId: bigint },
): Promise<CalendarDate[]> {
  const fresh = await db
    .selectFrom('statement_line')
    .select('date')
    .where('id', '>', mark.lineId)
    .where('feed_account_id', '=', feedAccountId)
    .execute();
  const changed = await db
    .selectFrom('statement_line_history')
    .innerJoin('statement_line', 'statement_line.id', 'statement_line_history.line_id')
    .select(['statement_line.date', 'statement_line_history.date as before'])
    .where('statement_line_history.id', '>', mark.historyId)
    .where('statement_line.feed_account_id', '=', feedAccountId)
    .execute();
  return [...fresh.map((row) => row.date), ...changed.flatMap((row) => [row.date, row.before])];
}

export async function changedLedgerDays(db: Reader, key: BankAccountKey, revision: bigint): Promise<CalendarDate[]> {
  const rows = await db
    .selectFrom('ledger_bank_line')
    .select('date')
    .where('ledger_connection_id', '=', key.ledgerConnectionId)
    .where('legal_entity', '=', key.legalEntity)
    .where('bank_account', '=', key.bankAccount)
    .where('revision', '>', revision)
    .execute();
  return rows.map((row) => row.date);
}

/** Live matches of which a line went away, or has another amount than when it was matched, among what changed. */
export async function brokenMatches(
  db: Reader,
  account: BankAccountKey & { readonly feedAccountId: string },
  mark: { readonly lineId: bigint; readonly historyId: bigint; readonly ledgerRevision: bigint },
): Promise<Array<{ readonly matchId: string; readonly why: string }>> {
  const statement = await db.executeQuery<{ match_id: string; state: string }>(
    CompiledQuery.raw(
      `SELECT DISTINCT leg.match_id, line.state FROM statement_line_history AS change
        JOIN statement_line AS line ON line.id = change.line_id
        JOIN match_leg AS leg ON leg.side = 'statement' AND leg.line_id = line.id AND leg.live = 1
        WHERE change.id > ? AND line.feed_account_id = ? AND (line.state <> 'booked' OR line.amount_minor <> leg.amount_minor)`,
      [mark.historyId, account.feedAccountId],
    ),
  );
  const ledger = await db.executeQuery<{ match_id: string; gone: bigint }>(
    CompiledQuery.raw(
      `SELECT DISTINCT leg.match_id, line.gone_at IS NOT NULL AS gone FROM ledger_bank_line AS line
        JOIN match_leg AS leg ON leg.side = 'ledger' AND leg.line_id = line.id AND leg.live = 1
        WHERE line.ledger_connection_id = ? AND line.legal_entity = ? AND line.bank_account = ? AND line.revision > ?
          AND (line.gone_at IS NOT NULL OR line.amount_minor <> leg.amount_minor)`,
      [account.ledgerConnectionId, account.legalEntity, account.bankAccount, mark.ledgerRevision],
    ),
  );
  const found = new Map<string, string>();
  for (const row of statement.rows)
    found.set(
      row.match_id,
      row.state === 'booked' ? 'The bank changed the amount of a line in it.' : 'The bank took a line of it back.',
    );
  for (const row of ledger.rows)
    found.set(
      row.match_id,
      row.gone === 0n ? 'The ledger changed the amount of a line in it.' : 'The ledger no longer has a line of it.',
    );
  return [...found].map(([matchId, why]) => ({ matchId, why }));
}
