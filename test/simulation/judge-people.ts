/**
 * A person is asked wherever the truth cannot be known, and never otherwise: judged by what the people and the world of
 * the simulation did.
 */
import { referenceOf } from '../../main/core/reference.ts';
import { ledgerEntryOf, loadProposals, type Proposal } from '../../main/store/proposals.ts';
import type { Approvals } from './approvals.ts';
import type { Causes } from './causes.ts';
import type { SimulatedCompany } from './company.ts';
import type { Process } from './computer.ts';
import { type Broken, broken } from './judge.ts';

export async function judgePeople(
  company: SimulatedCompany,
  { daybook }: Process,
  approvals: Approvals,
  causes: Causes,
): Promise<Broken[]> {
  const db = daybook.store.read;
  const postings = await db
    .selectFrom('posting')
    .select(['reference', 'stem', 'state', 'proposal_id', 'error_json', 'ledger_state'])
    .execute();
  const live = new Map(postings.filter(({ state }) => state === 'posted').map((one) => [one.proposal_id, one]));
  const gone = new Set(postings.filter(({ state }) => state === 'gone').map(({ proposal_id }) => proposal_id));
  const rows = await db.selectFrom('proposal').select('id').where('state', '!=', 'superseded').execute();
  const proposals = await loadProposals(
    db,
    rows.map(({ id }) => id),
  );
  const there = new Set(company.books.references());
  const stemsThere = new Set([...there].map((reference) => reference.slice(0, 17)));
  const name = ({ kind, stem, legalEntity, state, error }: Proposal) =>
    `${kind} ${stem} of ${legalEntity} is ${state}${error === null ? '' : `: ${error.sentence}`}`;
  const mayAsk = ({ stem, legalEntity }: Proposal) =>
    causes.isTouched(stem) || causes.ledgerRefused(legalEntity) || causes.journalDisturbed(legalEntity);

  const needless = proposals.filter(
    (one) =>
      (one.state === 'different' || one.state === 'refused' || gone.has(one.id)) &&
      !mayAsk(one) &&
      one.codedBy !== 'person' &&
      !causes.has('copied'),
  );
  const excluded = proposals.filter(
    ({ state, stem }) =>
      state === 'excluded' && stemsThere.has(stem) && !causes.isTouched(stem) && !causes.has('copied'),
  );
  const unseen = postings.filter(
    ({ state, reference, error_json, ledger_state }) =>
      state === 'posted' && error_json === null && ledger_state !== 'posted' && !there.has(reference),
  );
  const shown = proposals.flatMap((proposal) => {
    const posting = proposal.state === 'posted' ? live.get(proposal.id) : undefined;
    if (posting === undefined || posting.error_json !== null || causes.isTouched(proposal.stem)) return [];
    return [{ legalEntity: proposal.legalEntity, entry: { ...ledgerEntryOf(proposal), reference: posting.reference } }];
  });
  return [
    ...broken('a person is asked only with a reason', needless.map(name)),
    ...broken('what is excluded is not in the ERP', excluded.map(name)),
    ...broken(
      'what somebody deleted in the ERP is shown to a person',
      unseen.map(({ reference }) => reference),
    ),
    ...broken('what is shown as posted is what the ERP holds', company.books.judge(shown).altered),
    ...broken('each correction is linked', judgeCorrections(proposals, approvals)),
  ];
}

/** A reversal undoes exactly the entry that it is linked with; a correction is linked with one. */
function judgeCorrections(proposals: readonly Proposal[], approvals: Approvals): string[] {
  const byId = new Map(proposals.map((proposal) => [proposal.id, proposal]));
  return proposals.flatMap((proposal) => {
    const { kind, state, stem, relatedProposalId, amount } = proposal;
    if (state !== 'posted' || (kind !== 'reversal' && kind !== 'correction')) return [];
    const original = byId.get(relatedProposalId ?? '');
    if (original === undefined) return [`${kind} ${stem} is linked with nothing`];
    if (!approvals.byReference().has(referenceOf(stem, proposal.revision))) return [];
    if (kind === 'reversal' && original.amount.minor !== -amount.minor)
      return [`reversal ${stem} of ${amount.minor} undoes ${original.amount.minor}`];
    return [];
  });
}
