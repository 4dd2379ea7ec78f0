import { type Selectable, sql } from 'kysely';
import { z } from 'zod';
import type { CalendarDate, Instant } from '../core/calendar.ts';
import type { AccountType, Dimensions, LedgerEntry } from '../core/entry.ts';
import { DaybookError, type SerialError } from '../core/errors.ts';
import type { Money } from '../core/money.ts';
import { referenceOf } from '../core/reference.ts';
import type { ProposalOffsetTable, ProposalTable } from './schema.ts';
import type { Reader, Writer } from './store.ts';

export type ProposalKind = 'entry' | 'transfer' | 'pending' | 'settlement' | 'reversal' | 'correction';

export type ProposalState =
  | 'needs_person' // something is missing or doubtful; `needs` says what
  | 'ready' // complete; waits for approval
  | 'approved' // frozen; waits for posting
  | 'posting' // an intent is on disk
  | 'unknown' // sent, and the answer is not known; found out by look-up
  | 'different' // the ledger holds something else under this reference; a person compares
  | 'refused' // the ledger said no; `error` says why
  | 'posted' // confirmed in the ledger
  | 'excluded' // a person or rule said: not to be booked; reversible
  | 'superseded' // replaced by another proposal before posting
  | 'reversed'; // posted, and undone by a linked entry

export type CodedBy = 'default' | 'rule' | 'suggestion' | 'person' | 'transfer' | 'system' | 'none';

export type ProposalOffset = {
  readonly accountType: AccountType;
  /** Null: still to be chosen. */
  readonly account: string | null;
  readonly dimensions: Dimensions;
  /** Same sign as the proposal's amount. */
  readonly amount: Money;
  readonly text: string;
};

/** A coding that stands beside the one in force, to be taken over by a person. */
export type Alternative = {
  readonly codedBy: CodedBy;
  readonly accountType: AccountType;
  readonly account: string;
  readonly dimensions: Dimensions;
  readonly reason: string;
  /** 0 to 100; null where it is no suggestion. */
  readonly confidence: number | null;
};

/** The entry that would be posted for one or more lines. Sign: positive = money into `account`. */
export type Proposal = {
  readonly id: string;
  readonly kind: ProposalKind;
  readonly mappingId: string;
  readonly ledgerConnectionId: string;
  readonly legalEntity: string;
  readonly journalName: string;
  readonly accountType: AccountType;
  readonly account: string;
  readonly dimensions: Dimensions;
  readonly date: CalendarDate;
  readonly amount: Money;
  readonly text: string;
  readonly state: ProposalState;
  readonly needs: readonly string[];
  readonly codedBy: CodedBy;
  readonly ruleId: string | null;
  readonly reason: string;
  readonly confidence: number | null;
  readonly alternative: Alternative | null;
  readonly note: string | null;
  readonly generation: number;
  readonly revision: number;
  readonly stem: string;
  readonly relatedProposalId: string | null;
  readonly approvedAt: Instant | null;
  readonly approvedBy: string | null;
  readonly approvedHash: string | null;
  readonly excludedAt: Instant | null;
  readonly excludedBy: string | null;
  readonly excludedWhy: string | null;
  readonly error: SerialError | null;
  readonly offsets: readonly ProposalOffset[];
  /** Ids of the statement lines it stands for. */
  readonly lineIds: readonly number[];
};

const dimensionsSchema = z.record(z.string(), z.string());
const needsSchema = z.array(z.string());
const accountTypeSchema = z.enum(['ledger', 'bank', 'customer', 'vendor']);
const kindSchema = z.enum(['entry', 'transfer', 'pending', 'settlement', 'reversal', 'correction']);
const stateSchema = z.enum([
  'needs_person',
  'ready',
  'approved',
  'posting',
  'unknown',
  'different',
  'refused',
  'posted',
  'excluded',
  'superseded',
  'reversed',
]);
const codedBySchema = z.enum(['default', 'rule', 'suggestion', 'person', 'transfer', 'system', 'none']);
const alternativeSchema = z.object({
  codedBy: codedBySchema,
  accountType: accountTypeSchema,
  account: z.string(),
  dimensions: dimensionsSchema,
  reason: z.string(),
  confidence: z.number().nullable(),
});
const errorSchema = z.custom<SerialError>((value) => typeof value === 'object' && value !== null && 'code' in value);

/** Proposals by id, in the order of date and id; unknown ids are absent. */
export async function loadProposals(db: Reader | Writer, ids: readonly string[]): Promise<Proposal[]> {
  const found: Proposal[] = [];
  // SQLite admits 32,766 variables; pages keep each statement small.
  for (let start = 0; start < ids.length; start += 500) {
    const page = ids.slice(start, start + 500);
    const rows = await db.selectFrom('proposal').selectAll().where('id', 'in', page).orderBy('id').execute();
    const offsets = await db
      .selectFrom('proposal_offset')
      .selectAll()
      .where('proposal_id', 'in', page)
      .orderBy('proposal_id')
      .orderBy('position')
      .execute();
    const links = await db
      .selectFrom('proposal_line')
      .select(['proposal_id', 'line_id'])
      .where('proposal_id', 'in', page)
      .execute();
    const offsetsOf = Map.groupBy(offsets, (offset) => offset.proposal_id);
    const linksOf = Map.groupBy(links, (link) => link.proposal_id);
    for (const row of rows)
      found.push(
        toProposal(
          row,
          offsetsOf.get(row.id) ?? [],
          (linksOf.get(row.id) ?? []).map((link) => Number(link.line_id)),
        ),
      );
  }
  return found.sort((a, b) => (a.date === b.date ? (a.id < b.id ? -1 : 1) : a.date < b.date ? -1 : 1));
}

/** One proposal. @throws DaybookError `not_found` */
export async function loadProposal(db: Reader | Writer, id: string): Promise<Proposal> {
  const [proposal] = await loadProposals(db, [id]);
  if (!proposal) throw new DaybookError('not_found', `There is no entry with the id ${id}.`);
  return proposal;
}

/** Ids of proposals in these states, oldest first. */
export async function proposalIdsInState(
  db: Reader | Writer,
  states: readonly ProposalState[],
  limit = 1_000_000,
): Promise<string[]> {
  const rows = await db
    .selectFrom('proposal')
    .select('id')
    .where('state', 'in', [...states])
    .orderBy('date')
    .orderBy('id')
    .limit(limit)
    .execute();
  return rows.map((row) => row.id);
}

/** How many proposals are in each state. */
export async function countByState(db: Reader | Writer): Promise<Partial<Record<ProposalState, number>>> {
  const rows = await db
    .selectFrom('proposal')
    .select(['state', sql<bigint>`count(*)`.as('count')])
    .groupBy('state')
    .execute();
  return Object.fromEntries(rows.map((row) => [row.state, Number(row.count)]));
}

/**
 * The entry as the ledger shall hold it: what a person sees before approval, what is hashed, what is posted.
 * @throws DaybookError `entry_incomplete` while an offset has no account
 */
export function ledgerEntryOf(proposal: Proposal): LedgerEntry {
  return {
    reference: referenceOf(proposal.stem, proposal.revision),
    accountType: proposal.accountType,
    account: proposal.account,
    dimensions: proposal.dimensions,
    date: proposal.date,
    amount: proposal.amount,
    text: proposal.text,
    offsets: proposal.offsets.map((offset) => {
      if (offset.account === null)
        throw new DaybookError('entry_incomplete', 'An offset account is missing. Choose one before you approve.');
      return {
        accountType: offset.accountType,
        account: offset.account,
        dimensions: offset.dimensions,
        amount: offset.amount,
        text: offset.text,
      };
    }),
  };
}

function toProposal(
  row: Selectable<ProposalTable>,
  offsets: ReadonlyArray<Selectable<ProposalOffsetTable>>,
  lineIds: readonly number[],
): Proposal {
  const { currency } = row;
  return {
    id: row.id,
    kind: kindSchema.parse(row.kind),
    mappingId: row.mapping_id,
    ledgerConnectionId: row.ledger_connection_id,
    legalEntity: row.legal_entity,
    journalName: row.journal_name,
    accountType: accountTypeSchema.parse(row.account_type),
    account: row.account,
    dimensions: dimensionsSchema.parse(JSON.parse(row.dimensions_json)),
    date: row.date,
    amount: { minor: row.amount_minor, currency },
    text: row.text,
    state: stateSchema.parse(row.state),
    needs: needsSchema.parse(JSON.parse(row.needs_json)),
    codedBy: codedBySchema.parse(row.coded_by),
    ruleId: row.rule_id,
    reason: row.reason,
    confidence: row.confidence === null ? null : Number(row.confidence),
    alternative: row.alternative_json === null ? null : alternativeSchema.parse(JSON.parse(row.alternative_json)),
    note: row.note,
    generation: Number(row.generation),
    revision: Number(row.revision),
    stem: row.stem,
    relatedProposalId: row.related_proposal_id,
    approvedAt: row.approved_at,
    approvedBy: row.approved_by,
    approvedHash: row.approved_hash,
    excludedAt: row.excluded_at,
    excludedBy: row.excluded_by,
    excludedWhy: row.excluded_why,
    error: row.error_json === null ? null : errorSchema.parse(JSON.parse(row.error_json)),
    offsets: offsets.map((offset) => ({
      accountType: accountTypeSchema.parse(offset.account_type),
      account: offset.account,
      dimensions: dimensionsSchema.parse(JSON.parse(offset.dimensions_json)),
      amount: { minor: offset.amount_minor, currency },
      text: offset.text,
    })),
    lineIds,
  };
}
