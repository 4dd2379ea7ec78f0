import type { Instant } from '../core/calendar.ts';
import { canonicalJson } from '../core/canonical.ts';
import { insertRows, updateRows } from './bulk.ts';
import type { Proposal } from './proposals.ts';
import type { Writer } from './store.ts';

/** A statement line's tie to a proposal; see the table `proposal_line`. */
export type LineLink = {
  readonly lineId: number;
  /** True when the proposal is the line's place. */
  readonly claim: boolean;
  /** The line's revision that the proposal has taken into account. */
  readonly lineRevision: number;
};

export type NewProposal = { readonly proposal: Proposal; readonly links: readonly LineLink[] };

/** What may change in a proposal after it was made. */
const CHANGING = [
  'kind',
  'ledger_connection_id',
  'legal_entity',
  'journal_name',
  'account_type',
  'account',
  'dimensions_json',
  'date',
  'amount_minor',
  'currency',
  'text',
  'state',
  'needs_json',
  'coded_by',
  'rule_id',
  'reason',
  'confidence',
  'alternative_json',
  'note',
  'revision',
  'stem',
  'related_proposal_id',
  'approved_at',
  'approved_by',
  'approved_hash',
  'excluded_at',
  'excluded_by',
  'excluded_why',
  'error_json',
  'updated_at',
] as const;

const changingValues = (proposal: Proposal, at: Instant) => [
  proposal.kind,
  proposal.ledgerConnectionId,
  proposal.legalEntity,
  proposal.journalName,
  proposal.accountType,
  proposal.account,
  canonicalJson(proposal.dimensions),
  proposal.date,
  proposal.amount.minor,
  proposal.amount.currency,
  proposal.text,
  proposal.state,
  canonicalJson(proposal.needs),
  proposal.codedBy,
  proposal.ruleId,
  proposal.reason,
  proposal.confidence,
  proposal.alternative === null ? null : JSON.stringify(proposal.alternative),
  proposal.note,
  proposal.revision,
  proposal.stem,
  proposal.relatedProposalId,
  proposal.approvedAt,
  proposal.approvedBy,
  proposal.approvedHash,
  proposal.excludedAt,
  proposal.excludedBy,
  proposal.excludedWhy,
  proposal.error === null ? null : JSON.stringify(proposal.error),
  at,
];

/** Stores new proposals with their offsets and lines. A line that has a place already makes the whole write fail. */
export async function insertProposals(trx: Writer, made: readonly NewProposal[], at: Instant): Promise<void> {
  await insertRows(
    trx,
    'proposal',
    ['id', 'mapping_id', 'generation', 'created_at', ...CHANGING],
    made.map(({ proposal }) => [
      proposal.id,
      proposal.mappingId,
      proposal.generation,
      at,
      ...changingValues(proposal, at),
    ]),
  );
  await insertOffsets(
    trx,
    made.map(({ proposal }) => proposal),
  );
  await insertRows(
    trx,
    'proposal_line',
    ['proposal_id', 'line_id', 'claim', 'line_revision'],
    made.flatMap(({ proposal, links }) =>
      links.map((link) => [proposal.id, link.lineId, link.claim ? 1 : 0, link.lineRevision]),
    ),
  );
}

/** Stores proposals as they are now, with their offsets. Mapping, generation and lines stay. */
export async function saveProposals(trx: Writer, proposals: readonly Proposal[], at: Instant): Promise<void> {
  await updateRows(
    trx,
    'proposal',
    'id',
    CHANGING,
    proposals.map((proposal) => [proposal.id, ...changingValues(proposal, at)]),
  );
  const ids = proposals.map((proposal) => proposal.id);
  for (let start = 0; start < ids.length; start += 500)
    await trx
      .deleteFrom('proposal_offset')
      .where('proposal_id', 'in', ids.slice(start, start + 500))
      .execute();
  await insertOffsets(trx, proposals);
}

/** Stores only state, approval and exclusion: for bulk approval, where nothing else can have changed. */
export async function saveStates(trx: Writer, proposals: readonly Proposal[], at: Instant): Promise<void> {
  await updateRows(
    trx,
    'proposal',
    'id',
    [
      'state',
      'needs_json',
      'approved_at',
      'approved_by',
      'approved_hash',
      'excluded_at',
      'excluded_by',
      'excluded_why',
      'error_json',
      'updated_at',
    ],
    proposals.map((proposal) => [
      proposal.id,
      proposal.state,
      canonicalJson(proposal.needs),
      proposal.approvedAt,
      proposal.approvedBy,
      proposal.approvedHash,
      proposal.excludedAt,
      proposal.excludedBy,
      proposal.excludedWhy,
      proposal.error === null ? null : JSON.stringify(proposal.error),
      at,
    ]),
  );
}

async function insertOffsets(trx: Writer, proposals: readonly Proposal[]): Promise<void> {
  await insertRows(
    trx,
    'proposal_offset',
    ['proposal_id', 'position', 'account_type', 'account', 'dimensions_json', 'amount_minor', 'text'],
    proposals.flatMap((proposal) =>
      proposal.offsets.map((offset, position) => [
        proposal.id,
        position,
        offset.accountType,
        offset.account,
        canonicalJson(offset.dimensions),
        offset.amount.minor,
        offset.text,
      ]),
    ),
  );
}

/** Takes the lines of these proposals back: they have no place any more. */
export async function releaseLines(trx: Writer, proposalIds: readonly string[]): Promise<void> {
  for (let start = 0; start < proposalIds.length; start += 500)
    await trx
      .updateTable('proposal_line')
      .set({ claim: 0 })
      .where('proposal_id', 'in', proposalIds.slice(start, start + 500))
      .execute();
}

/** Notes up to which revision of a line its place has taken it into account. */
export async function markSeen(
  trx: Writer,
  links: ReadonlyArray<{ readonly proposalId: string; readonly lineId: number; readonly lineRevision: number }>,
): Promise<void> {
  for (const link of links)
    await trx
      .updateTable('proposal_line')
      .set({ line_revision: link.lineRevision })
      .where('proposal_id', '=', link.proposalId)
      .where('line_id', '=', BigInt(link.lineId))
      .execute();
}
