import { sql } from 'kysely';
import type { Reader, Writer } from './store.ts';

/**
 * What Daybook's entries have moved on a bank account of a ledger, in minor units: those confirmed there, and those that
 * differ there until a person decides; those that are being taken back until they are gone. On the offset side of a transfer money moves the other way.
 */
export async function postedOnBank(
  db: Reader | Writer,
  bank: {
    readonly ledgerConnectionId: string;
    readonly legalEntity: string;
    readonly bankAccount: string;
    readonly currency: string;
  },
): Promise<bigint> {
  const posted = db
    .selectFrom('posting')
    .innerJoin('proposal', 'proposal.id', 'posting.proposal_id')
    .where('posting.ledger_connection_id', '=', bank.ledgerConnectionId)
    .where('posting.legal_entity', '=', bank.legalEntity)
    .where('posting.state', 'in', COUNTED)
    .where('proposal.currency', '=', bank.currency);
  const own = await posted
    .select(halves('proposal.amount_minor'))
    .where('proposal.account_type', '=', 'bank')
    .where('proposal.account', '=', bank.bankAccount)
    .executeTakeFirstOrThrow();
  const offsets = await posted
    .innerJoin('proposal_offset', 'proposal_offset.proposal_id', 'proposal.id')
    .select(halves('proposal_offset.amount_minor'))
    .where('proposal_offset.account_type', '=', 'bank')
    .where('proposal_offset.account', '=', bank.bankAccount)
    .executeTakeFirstOrThrow();
  return own.high * HALF + own.low - (offsets.high * HALF + offsets.low);
}

/** States of a posting in which the ledger holds the money. */
const COUNTED = ['posted', 'different', 'taking_back'] as const;

const HALF = 1_000_000_000n;

/** Two halves, because SQLite's own sum ends with an error beyond 63 bits. */
function halves(column: string) {
  return [
    sql<bigint>`coalesce(sum(${sql.ref(column)} / 1000000000), 0)`.as('high'),
    sql<bigint>`coalesce(sum(${sql.ref(column)} % 1000000000), 0)`.as('low'),
  ] as const;
}

/** Those of the stems that are entries of this workspace for the ledger and that `postedOnBank` does not count. */
export async function unpostedStems(
  db: Reader | Writer,
  ledger: { readonly ledgerConnectionId: string; readonly legalEntity: string },
  stems: readonly string[],
): Promise<Set<string>> {
  const { ledgerConnectionId, legalEntity } = ledger;
  const own = new Set<string>();
  for (let start = 0; start < stems.length; start += 500) {
    const some = stems.slice(start, start + 500);
    const counted = await db
      .selectFrom('posting')
      .select('stem')
      .where('ledger_connection_id', '=', ledgerConnectionId)
      .where('legal_entity', '=', legalEntity)
      .where('stem', 'in', some)
      .where('state', 'in', COUNTED)
      .execute();
    const known = new Set(counted.map(({ stem }) => stem));
    const rest = some.filter((stem) => !known.has(stem));
    // All but always: nothing is left, and the proposals, which have no index for it, are not searched.
    if (rest.length === 0) continue;
    const rows = await db
      .selectFrom('proposal')
      .select('stem')
      .where('ledger_connection_id', '=', ledgerConnectionId)
      .where('legal_entity', '=', legalEntity)
      .where('stem', 'in', rest)
      .execute();
    for (const { stem } of rows) own.add(stem);
  }
  return own;
}

/** The feed account that is booked on a bank account of a ledger, with the day from which; null when there is not one. */
export async function feedOfBank(
  db: Reader | Writer,
  bank: { readonly ledgerConnectionId: string; readonly legalEntity: string; readonly bankAccount: string },
): Promise<{
  readonly feedAccountId: string;
  readonly currency: string;
  readonly startDate: string | null;
  /** Of the account's first line. */
  readonly firstDay: string | null;
} | null> {
  const rows = await db
    .selectFrom('mapping')
    .innerJoin('feed_account', 'feed_account.id', 'mapping.feed_account_id')
    .select(['feed_account.id', 'feed_account.currency', 'mapping.start_date'])
    .where('mapping.ledger_connection_id', '=', bank.ledgerConnectionId)
    .where('mapping.legal_entity', '=', bank.legalEntity)
    .where('mapping.bank_account', '=', bank.bankAccount)
    .limit(2)
    .execute();
  const [row, second] = rows;
  if (!row || second || row.currency === null) return null;
  const first = await db
    .selectFrom('statement_line')
    .select('date')
    .where('feed_account_id', '=', row.id)
    .orderBy('date')
    .limit(1)
    .executeTakeFirst();
  return {
    feedAccountId: row.id,
    currency: row.currency,
    startDate: row.start_date,
    firstDay: first?.date ?? null,
  };
}
