/** The promises, judged from the banks' and the ERP's own books and from the files on disk. */

import { verifyTrail } from '../../main/audit/verify.ts';
import { addDays, type CalendarDate } from '../../main/core/calendar.ts';
import { stemIn } from '../../main/core/reference.ts';
import type { Approvals } from './approvals.ts';
import type { Causes } from './causes.ts';
import type { Books, SimulatedCompany } from './company.ts';
import type { Process } from './computer.ts';
import { judgeMatches } from './judge-matches.ts';
import { judgePeople } from './judge-people.ts';
import { judgeSchedule } from './schedule.ts';
import { judgeStatementFiles } from './statement-files.ts';

export type Broken = { readonly promise: string; readonly detail: string };

const MOST_TOLD = 5;

export function broken(promise: string, details: readonly string[]): Broken[] {
  return details.slice(0, MOST_TOLD).map((detail) => ({ promise, detail }));
}

/** In the ledgers: nothing twice, nothing that nobody approved, everything as approved. Holds at any moment. */
export function judgeLedger({ books }: SimulatedCompany, approvals: Approvals, causes: Causes): Broken[] {
  const ours = books.references().filter((reference) => !causes.isTouched(stemIn(reference)));
  const known = approvals.byReference();
  const found = books.judge(ours.flatMap((reference) => known.get(reference) ?? []));
  // Approved here and there with other contents under one reference: the ledger holds either.
  const isEarlier = (reference: string) =>
    causes.has('copied') && approvals.earlier(reference).some((one) => isAsApproved(books.judge([one])));
  const twice = [...Map.groupBy(ours, stemIn).values()].filter((same) => same.length > 1);
  return [
    ...broken('nothing is in the ERP twice', [...found.duplicated, ...twice.map((same) => same.join(' and '))]),
    ...broken(
      'everything in the ERP is as it was approved',
      found.altered.filter((reference) => !isEarlier(reference)),
    ),
    ...broken(
      'nothing is in the ERP that nobody approved',
      ours.filter((reference) => !known.has(reference)),
    ),
    ...broken('a person is asked only with a reason', causes.needless),
    ...broken('the balances of a bank journal follow one another', books.brokenChains()),
  ];
}

function isAsApproved({ altered, duplicated }: ReturnType<Books['judge']>): boolean {
  return altered.length + duplicated.length === 0;
}

/** After all faults have ended and the app has caught up. */
export async function judgeWorkspace(
  company: SimulatedCompany,
  process: Process,
  lastDay: CalendarDate,
  approvals: Approvals,
  causes: Causes,
): Promise<Broken[]> {
  const trail = await verifyTrail(process.daybook.store.read);
  return [
    ...(trail.verified ? [] : [{ promise: 'the trail verifies', detail: trail.firstBroken?.reason ?? 'broken' }]),
    ...(await judgePosted(company, process, causes)),
    // First of those that look at the banks: until its bank has given all files, an account has gaps with good reason.
    ...(await judgeStatementFiles(process)),
    ...(await judgePeople(company, process, lastDay, approvals, causes)),
    ...(await judgeMovements(company, process, lastDay)),
    ...(await judgeMoney(company, process, lastDay)),
    ...(await judgeMatches(process)),
    ...(await judgeSchedule(process)),
  ];
}

/** What Daybook calls posted is in the ERP, once. What somebody there changed is shown to a person. */
async function judgePosted({ books }: SimulatedCompany, { daybook }: Process, causes: Causes): Promise<Broken[]> {
  const rows = await daybook.store.read
    .selectFrom('posting')
    .select(['reference', 'stem', 'proposal_id'])
    .where('state', '=', 'posted')
    .execute();
  const there = new Set(books.references());
  const lost = rows.filter(({ reference, stem }) => !there.has(reference) && !causes.isTouched(stem));
  const unfinished = await daybook.store.read
    .selectFrom('posting')
    .select('reference')
    .where('state', 'in', ['intended', 'unknown'])
    .execute();
  return [
    ...broken(
      'what is posted is in the ERP',
      lost.map(({ reference }) => reference),
    ),
    ...broken(
      'once faults have ended, every posting has an outcome',
      unfinished.map(({ reference }) => reference),
    ),
  ];
}

/** Each booked movement of the banks has exactly one place: an entry, or an exception that a person sees. */
async function judgeMovements(
  company: SimulatedCompany,
  { daybook }: Process,
  lastDay: CalendarDate,
): Promise<Broken[]> {
  const truth = company.host.world.banks.bankTruth(lastDay);
  const mapped = new Set(truth.balances.map((balance) => balance.mask));
  const rows = await daybook.store.read
    .selectFrom('statement_line')
    .innerJoin('feed_account', 'feed_account.id', 'statement_line.feed_account_id')
    .leftJoin('proposal_line', (join) =>
      join.onRef('proposal_line.line_id', '=', 'statement_line.id').on('proposal_line.claim', '=', 1n),
    )
    .select(['statement_line.provider_line_id as id', 'statement_line.amount_minor as minor', 'statement_line.date'])
    .select(['feed_account.mask', 'statement_line.id as lineId'])
    .select('proposal_line.proposal_id as place')
    .where('statement_line.state', '=', 'booked')
    // A replaced account is one of nobody: what it told stands in the one that took its place.
    .where('feed_account.replaced_by', 'is', null)
    .execute();
  const known = new Set(truth.lines.filter((line) => line.state === 'booked').map((line) => line.providerLineId));
  const twins = await daybook.store.read.selectFrom('statement_line_twin').selectAll().execute();
  // Withdrawn and told again under another id while its account changed ids: one line, which the bank calls by its second name.
  const nameOf = ({ id, lineId }: (typeof rows)[number]) =>
    known.has(id)
      ? id
      : (twins.find((twin) => twin.line_id === lineId && known.has(twin.provider_line_id))?.provider_line_id ?? id);
  const lines = Map.groupBy(rows, (row) => `${row.mask} ${nameOf(row)}`);
  const waiting = new Set((await daybook.feeds.exceptions()).map((exception) => exception.providerLineId));
  const details: string[] = [];
  for (const movement of truth.lines) {
    if (movement.state !== 'booked' || !mapped.has(movement.mask)) continue;
    const name = `${movement.mask} ${movement.providerLineId}`;
    if (movement.odd !== null) {
      if (!waiting.has(movement.providerLineId)) details.push(`${name} is odd and no exception`);
      continue;
    }
    const found = lines.get(name) ?? [];
    const [line] = found;
    if (line === undefined) details.push(`${name} of ${movement.date} is missing`);
    else if (found.length > 1) details.push(`${name} has ${found.length} places`);
    else if (line.place === null) details.push(`${name} of ${movement.date} has no place`);
    else if (line.minor !== movement.amount.minor) details.push(`${name} has another amount`);
  }
  for (const row of rows)
    if (row.date <= lastDay && mapped.has(row.mask ?? '') && !known.has(nameOf(row)) && row.place !== null)
      details.push(`${row.mask} ${row.id} is in the queue and not at the bank`);
  return broken('each bank movement is in exactly one place', details);
}

/** Money per account: bank against ledger, zero but for open items that have names. */
async function judgeMoney(company: SimulatedCompany, process: Process, lastDay: CalendarDate): Promise<Broken[]> {
  const truth = company.host.world.banks.bankTruth(lastDay);
  const restated = new Map(truth.balances.map((balance) => [`${balance.mask}|${balance.day}`, balance.restated.minor]));
  const result = await process.ask('reconcile.run', { dates: [lastDay] });
  if (result === null) return [{ promise: 'money ties out', detail: 'the reconciliation did not run' }];
  const details: string[] = [];
  for (const one of await reconciliationsOn(process, lastDay)) {
    const bank = restated.get(`${one.mask}|${lastDay}`);
    if (!one.explained) details.push(`${one.mask} on ${lastDay}: ${one.difference} is not explained`);
    if (bank !== undefined && bank !== one.bank)
      details.push(`${one.mask}: the bank's balance is ${bank}, not ${one.bank}`);
  }
  return broken('money ties out with named open items', details);
}

async function reconciliationsOn({ daybook }: Process, date: CalendarDate) {
  const rows = await daybook.store.read
    .selectFrom('reconciliation')
    .innerJoin('feed_account', 'feed_account.id', 'reconciliation.feed_account_id')
    .select(['mask', 'bank_minor', 'difference_minor', 'explained', 'reconciliation.id'])
    .where('date', '=', date)
    .orderBy('reconciliation.id')
    .execute();
  const last = new Map(rows.map((row) => [row.mask, row]));
  return [...last.values()].map((row) => ({
    mask: row.mask ?? '',
    bank: row.bank_minor,
    difference: row.difference_minor,
    explained: row.explained === 1n,
  }));
}

/** Banks show a day's bookings at five in the morning (UTC) of the next one. */
export function lastFullDay(now: number): CalendarDate {
  return addDays(new Date(now - 5 * 3_600_000).toISOString().slice(0, 10), -1);
}
