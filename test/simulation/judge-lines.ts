/** From the bank's movement to the ledger's entry and back: none is in the ledger twice, and what the bank corrects is told. */
import { stemIn } from '../../main/core/reference.ts';
import type { Approvals } from './approvals.ts';
import type { Causes } from './causes.ts';
import type { SimulatedCompany } from './company.ts';
import type { Process } from './computer.ts';
import { type Broken, broken } from './judge.ts';

export async function judgeLines(
  company: SimulatedCompany,
  process: Process,
  approvals: Approvals,
  causes: Causes,
): Promise<Broken[]> {
  return [
    ...broken('no bank movement is in the ERP under two references', twiceBooked(company, approvals, causes)),
    ...broken('what the bank corrects after posting is proposed as a correction', await untold(process, causes)),
  ];
}

/** Two references for one movement, of which none was reversed: a copy that names it otherwise posted it again. */
function twiceBooked({ books }: SimulatedCompany, { madeOf }: Approvals, causes: Causes): string[] {
  const known = books.references().flatMap((reference) => madeOf(reference) ?? []);
  const undone = new Set(known.flatMap(({ undoes }) => undoes ?? []));
  const standing = known.filter(
    ({ kind, stem }) => (kind === 'entry' || kind === 'transfer') && !undone.has(stem) && !causes.isTouched(stem),
  );
  const stemsOf = new Map<string, Set<string>>();
  for (const { stem, lines } of standing)
    for (const line of lines) stemsOf.set(line, (stemsOf.get(line) ?? new Set()).add(stem));
  // Somebody took a reversal out of the ledger again.
  const isDisturbed = (stems: ReadonlySet<string>) =>
    [...stems].some((stem) => madeOf(stem)?.undoneBy.some(causes.isTouched) === true);
  return [...stemsOf].flatMap(([line, stems]) =>
    stems.size < 2 || isDisturbed(stems) ? [] : [`${line}: ${[...stems].join(' and ')}`],
  );
}

/** Entries of another amount than the bank's line has now, for which nobody was asked to approve a correction. */
async function untold({ daybook }: Process, causes: Causes): Promise<string[]> {
  const rows = await daybook.store.read
    .selectFrom('proposal')
    .innerJoin('proposal_line', 'proposal_line.proposal_id', 'proposal.id')
    .innerJoin('statement_line', 'statement_line.id', 'proposal_line.line_id')
    .innerJoin('posting', 'posting.proposal_id', 'proposal.id')
    .leftJoin('proposal as correction', 'correction.related_proposal_id', 'proposal.id')
    .select(['posting.reference', 'proposal.amount_minor as booked', 'statement_line.amount_minor as minor'])
    .select('statement_line.state')
    .where('proposal.kind', '=', 'entry')
    .where('proposal.state', '=', 'posted')
    .where('proposal_line.claim', '=', 1n)
    // A difference that a person accepted keeps its sentence.
    .where('posting.state', '=', 'posted')
    .where('posting.error_json', 'is', null)
    .where('correction.id', 'is', null)
    .execute();
  return rows.flatMap(({ reference, booked, minor, state }) =>
    causes.isTouched(stemIn(reference)) || (booked === minor && state === 'booked')
      ? []
      : [`${reference} books ${booked}, the bank has ${state === 'booked' ? minor : 'nothing'}`],
  );
}
