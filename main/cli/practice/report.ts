/** The judgement of a practice run: from the banks' and the ERP's own books, not from what Daybook believes. */
import type { ExpectedEntry } from '../../../practice/company/judgement.ts';
import type { CompanyName } from '../../../practice/company/names.ts';
import type { PracticeWorld } from '../../../practice/company/world.ts';
import { verifyTrail } from '../../audit/verify.ts';
import { addDays, type CalendarDate } from '../../core/calendar.ts';
import { decimalText } from '../../core/money.ts';
import { isReference, referenceOf } from '../../core/reference.ts';
import type { Daybook } from '../../daybook.ts';
import type { Reconciliation } from '../../reconcile/day.ts';
import { countByState, ledgerEntryOf, loadProposals, proposalIdsInState } from '../../store/proposals.ts';

export type PracticeReport = {
  readonly company: CompanyName;
  readonly seed: number | string;
  readonly firstDay: CalendarDate;
  readonly days: number;
  /** Lines dated on a practice day. `history`: those before, shown and searched, never proposed. */
  readonly lines: { booked: number; pending: number; exceptions: number; removed: number; history: number };
  readonly proposals: { approved: number; excluded: number; needsPerson: number };
  readonly postings: { posted: number; unknown: number; refused: number };
  /** Counted inside the ERP by reference. `unexpected`: an entry of ours that nobody approved. */
  readonly erp: {
    journals: number;
    lines: number;
    missing: number;
    duplicated: number;
    altered: number;
    unexpected: number;
    /** Bank journals of the ERP whose last entry does not close with the bank's balance, less the open items. */
    wrongClosings: number;
  };
  /** Movements in the banks' own books against their places in Daybook. */
  readonly bank: { movements: number; unaccounted: number; wrongBalances: number };
  readonly reconciliations: ReadonlyArray<{
    account: string;
    legalEntity: string;
    date: CalendarDate;
    currency: string;
    bankBalance: string;
    ledgerBalance: string;
    difference: string;
    explained: boolean;
    openItems: ReadonlyArray<{ kind: string; date: CalendarDate; amount: string; text: string }>;
  }>;
  readonly audit: { events: number; verified: boolean };
  readonly ok: boolean;
};

export async function practiceReport(
  daybook: Daybook,
  world: PracticeWorld,
  run: {
    readonly company: CompanyName;
    readonly seed: number | string;
    readonly firstDay: CalendarDate;
    readonly days: number;
    readonly reconciliations: readonly Reconciliation[];
  },
): Promise<PracticeReport> {
  const states = await countByState(daybook.store.read);
  const count = (...names: Array<keyof typeof states>) => names.reduce((sum, name) => sum + (states[name] ?? 0), 0);
  const erp = await judgeLedgers(daybook, world);
  const audit = await verifyTrail(daybook.store.read);
  const bank = await judgeBank(daybook, world, addDays(run.firstDay, run.days - 1), run.reconciliations);
  const report = {
    company: run.company,
    seed: run.seed,
    firstDay: run.firstDay,
    days: run.days,
    lines: await countLines(daybook, run.firstDay),
    proposals: {
      approved: count('approved', 'posting', 'unknown', 'posted', 'reversed'),
      excluded: count('excluded'),
      needsPerson: count('needs_person', 'ready', 'different', 'refused'),
    },
    postings: await countPostings(daybook),
    erp: {
      ...erp,
      wrongClosings: wrongClosings(world, run.reconciliations),
    },
    bank,
    reconciliations: run.reconciliations.map((one) => ({
      account: one.account,
      legalEntity: one.legalEntity,
      date: one.date,
      currency: one.bankBalance.currency,
      bankBalance: decimalText(one.bankBalance),
      ledgerBalance: decimalText(one.ledgerBalance),
      difference: decimalText(one.difference),
      explained: one.explained,
      openItems: one.openItems.map((item) => ({
        kind: item.kind,
        date: item.date,
        amount: decimalText({ minor: item.amountMinor, currency: one.bankBalance.currency }),
        text: item.text,
      })),
    })),
    audit: { events: audit.events, verified: audit.verified },
  };
  const ok =
    erp.missing + erp.duplicated + erp.altered + erp.unexpected + report.erp.wrongClosings === 0 &&
    report.reconciliations.length > 0 &&
    report.reconciliations.every((one) => one.explained) &&
    bank.unaccounted === 0 &&
    bank.wrongBalances === 0 &&
    audit.verified;
  return { ...report, ok };
}

/** Judges each ledger by its own books and adds up. */
async function judgeLedgers(daybook: Daybook, world: PracticeWorld) {
  const names = new Map((await daybook.feeds.listConnections()).map(({ id, name }) => [id, name]));
  const approved = await approvedEntries(daybook);
  const sum = { journals: 0, lines: 0, missing: 0, duplicated: 0, altered: 0, unexpected: 0 };
  for (const ledger of world.ledgers) {
    const own = approved.filter(({ connectionId }) => names.get(connectionId) === ledger.connection);
    const found = ledger.judge(own, isReference);
    sum.journals += found.journals;
    sum.lines += found.lines;
    for (const kind of ['missing', 'duplicated', 'altered', 'unexpected'] as const) sum[kind] += found[kind].length;
  }
  return sum;
}

/** Everything that was approved and whose posting has begun: the ERP must hold it, and nothing else of ours. */
async function approvedEntries(daybook: Daybook): Promise<Array<ExpectedEntry & { readonly connectionId: string }>> {
  const ids = await proposalIdsInState(daybook.store.read, ['posting', 'unknown', 'posted', 'reversed', 'different']);
  const proposals = await loadProposals(daybook.store.read, ids);
  return proposals.map((proposal) => ({
    connectionId: proposal.ledgerConnectionId,
    legalEntity: proposal.legalEntity,
    entry: { ...ledgerEntryOf(proposal), reference: referenceOf(proposal.stem, proposal.revision) },
  }));
}

/** The bank's balance is judged by the bank's own books elsewhere; here what the ledger closes with stands beside it. */
function wrongClosings(world: PracticeWorld, reconciliations: readonly Reconciliation[]): number {
  const last = new Map(reconciliations.map((one) => [`${one.legalEntity}|${one.bankAccount}`, one]));
  const closings = world.ledgers.flatMap((ledger) => ledger.closingBalances());
  return closings.filter(({ legalEntity, bankAccount, balance }) => {
    const one = last.get(`${legalEntity}|${bankAccount}`);
    if (one === undefined) return true;
    const open = one.openItems.reduce((sum, item) => sum + item.amountMinor, 0n);
    return balance.currency !== one.bankBalance.currency || balance.minor + open !== one.bankBalance.minor;
  }).length;
}

async function countLines(daybook: Daybook, firstDay: CalendarDate): Promise<PracticeReport['lines']> {
  const db = daybook.store.read;
  const rows = await db
    .selectFrom('statement_line')
    .select(['state'])
    .select((line) => line.fn.countAll<bigint>().as('count'))
    .where('date', '>=', firstDay)
    .groupBy('state')
    .execute();
  const of = (state: string) => Number(rows.find((row) => row.state === state)?.count ?? 0n);
  const history = await db
    .selectFrom('statement_line')
    .select((line) => line.fn.countAll<bigint>().as('count'))
    .where('date', '<', firstDay)
    .executeTakeFirstOrThrow();
  return {
    booked: of('booked'),
    pending: of('pending'),
    removed: of('removed'),
    exceptions: (await daybook.feeds.exceptions()).length,
    history: Number(history.count),
  };
}

async function countPostings(daybook: Daybook): Promise<PracticeReport['postings']> {
  const rows = await daybook.store.read
    .selectFrom('posting')
    .select(['state'])
    .select((posting) => posting.fn.countAll<bigint>().as('count'))
    .groupBy('state')
    .execute();
  const of = (...states: string[]) =>
    rows.filter((row) => states.includes(row.state)).reduce((sum, row) => sum + Number(row.count), 0);
  return { posted: of('posted'), unknown: of('intended', 'unknown'), refused: of('refused') };
}

/**
 * Each booked movement of the banks is in exactly one place: a line with one entry (posted, waiting or excluded), or an
 * exception that a person sees. And each reconciled balance is the one in the bank's own books.
 */
async function judgeBank(
  daybook: Daybook,
  world: PracticeWorld,
  lastDay: CalendarDate,
  reconciliations: readonly Reconciliation[],
): Promise<PracticeReport['bank']> {
  const truth = world.banks.bankTruth(lastDay);
  const mapped = new Set(truth.balances.map((balance) => balance.mask));
  const rows = await daybook.store.read
    .selectFrom('statement_line')
    .innerJoin('feed_account', 'feed_account.id', 'statement_line.feed_account_id')
    .innerJoin('proposal_line', 'proposal_line.line_id', 'statement_line.id')
    .select(['statement_line.provider_line_id', 'statement_line.amount_minor', 'feed_account.mask'])
    .where('statement_line.state', '=', 'booked')
    .where('proposal_line.claim', '=', 1n)
    .execute();
  const placed = Map.groupBy(rows, (row) => `${row.mask}|${row.provider_line_id}|${row.amount_minor}`);
  const waiting = new Set((await daybook.feeds.exceptions()).map((exception) => exception.providerLineId));
  const booked = truth.lines.filter((line) => line.state === 'booked' && mapped.has(line.mask));
  const unaccounted = booked.filter((line) => {
    if (line.odd !== null) return !waiting.has(line.providerLineId);
    return placed.get(`${line.mask}|${line.providerLineId}|${line.amount.minor}`)?.length !== 1;
  });
  const restated = new Map(truth.balances.map((balance) => [`${balance.mask}|${balance.day}`, balance.restated.minor]));
  const final = reconciliations.filter((one) => one.date === lastDay);
  const wrong = final.filter((one) => restated.get(`${one.account.slice(-4)}|${one.date}`) !== one.bankBalance.minor);
  return { movements: booked.length, unaccounted: unaccounted.length, wrongBalances: wrong.length };
}
