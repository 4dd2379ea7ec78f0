/**
 * A person is asked wherever the truth cannot be known, and never otherwise: judged by what the people and the world of
 * the simulation did.
 */
import type { CalendarDate } from '../../main/core/calendar.ts';
import { referenceOf, stemIn } from '../../main/core/reference.ts';
import { ledgerEntryOf, loadProposals, type Proposal } from '../../main/store/proposals.ts';
import type { CompanyBanks } from '../../practice/company/banks.ts';
import type { Approvals } from './approvals.ts';
import type { Causes } from './causes.ts';
import type { SimulatedCompany } from './company.ts';
import type { Process } from './computer.ts';
import { type Broken, broken } from './judge.ts';
import { judgeLines } from './judge-lines.ts';

export async function judgePeople(
  company: SimulatedCompany,
  process: Process,
  lastDay: CalendarDate,
  approvals: Approvals,
  causes: Causes,
): Promise<Broken[]> {
  const { daybook } = process;
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
    // A difference that a person accepted keeps its sentence.
    if (posting === undefined || posting.error_json !== null) return [];
    // Entries are followed until the ledger has booked them: what people change there afterwards is the ledger's own.
    if (causes.editedWhenBooked(proposal.stem)) return [];
    return [{ legalEntity: proposal.legalEntity, entry: { ...ledgerEntryOf(proposal), reference: posting.reference } }];
  });
  const seen = company.books.judge(shown);
  return [
    ...broken('a person is asked only with a reason', needless.map(name)),
    ...broken('what is approved is posted, or a person is asked', proposals.filter(isUnderWay).map(name)),
    ...broken('what is excluded is not in the ERP', excluded.map(name)),
    ...broken(
      'what somebody deleted in the ERP is shown to a person',
      unseen.map(({ reference }) => reference),
    ),
    ...broken('what is shown as posted is what the ERP holds', [...seen.altered, ...seen.duplicated]),
    ...broken('every text in the ERP is as it was approved', otherTexts(company, approvals, causes)),
    ...(await judgeFeeds(company, daybook, lastDay)),
    ...(await judgeLines(company, process, approvals, causes)),
    ...broken('entries of others in a bank journal are asked about', await unasked(company, process, causes)),
    ...broken('each correction is linked', judgeCorrections(proposals, approvals)),
  ];
}

/** Journals that Daybook went on with behind entries of others, and nobody was asked. A copy may have forgotten it. */
async function unasked({ books }: SimulatedCompany, process: Process, causes: Causes): Promise<string[]> {
  const behind = causes.has('copied') ? [] : books.behindOthers();
  if (behind.length === 0) return [];
  const { questions = [] } = (await process.ask('journals.questions', { limit: 1000 })) ?? {};
  const asked = questions.filter(({ kind }) => kind === 'others');
  return behind.flatMap(({ legalEntity, journalName }) =>
    asked.some((one) => one.legalEntity === legalEntity && one.journalName === journalName)
      ? []
      : [`journal ${journalName} of ${legalEntity}`],
  );
}

function isUnderWay({ state }: Proposal): boolean {
  return state === 'approved' || state === 'posting' || state === 'unknown';
}

/** To the last field: amounts, accounts, days and dimensions are judged after each step. */
function otherTexts({ books }: SimulatedCompany, approvals: Approvals, causes: Causes): string[] {
  if (causes.has('copied')) return [];
  return books.references().flatMap((reference) => {
    const approved = approvals.byReference().get(reference)?.entry;
    if (approved === undefined || causes.isTouched(stemIn(reference))) return [];
    const wanted = new Set([approved.text, ...approved.offsets.map(({ text }) => text)].filter((text) => text !== ''));
    const found = books.texts(reference);
    return wanted.symmetricDifference(found).size === 0
      ? []
      : [`${reference}: ${[...found].join(' / ')} instead of ${[...wanted].join(' / ')}`];
  });
}

/** Faults have ended and the banks were read since: nothing is left that a person should look after. */
async function judgeFeeds(
  { host }: SimulatedCompany,
  { feeds }: Process['daybook'],
  lastDay: CalendarDate,
): Promise<Broken[]> {
  const odd = oddRows(host.world.banks, Date.parse(`${lastDay}T23:00:00Z`));
  const shown = await feeds.listFeeds();
  const gaps = await feeds.gaps();
  const exceptions = await feeds.exceptions();
  return [
    ...broken(
      'nobody is asked to look after a bank that is well',
      shown.filter(({ state }) => state === 'needs_person').map((feed) => `${feed.institutionName}: ${feed.sentence}`),
    ),
    ...broken(
      'no gap is shown where nothing is missing',
      gaps.map((gap) => `${gap.feedAccountId}: ${gap.sizeMinor} since ${gap.firstDate}`),
    ),
    ...broken(
      'only a row that is odd at the bank is an exception',
      exceptions.flatMap(({ providerLineId, sentence }) =>
        odd.has(providerLineId) ? [] : [`${providerLineId}: ${sentence}`],
      ),
    ),
  ];
}

/** Rows that are no plain amount, a little later ones too, and that the bank has not taken back by then. */
function oddRows(banks: CompanyBanks, at: number): ReadonlySet<string> {
  const rows = new Set<string>();
  for (const { key } of banks.banks) {
    const { events, end } = banks.eventsOf(key, at + 3 * 86_400_000);
    const gone = new Set<string>();
    for (const { line, change, at: when } of events.slice(0, end)) {
      if (line.movement.odd !== null) rows.add(line.id);
      if (change === 'removed' && when <= at) gone.add(line.id);
    }
    for (const id of gone) rows.delete(id);
  }
  return rows;
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
