import { formatAmount, type Money } from '../../core/money.ts';
import { stemIn } from '../../core/reference.ts';
import type { BankChain, JournalDecision, JournalQuestion } from '../balance-chain.ts';
import { readAmount } from './amounts.ts';
import type { BankEntryRow } from './entities.ts';
import { referenceOn } from './notes.ts';
import type { PeriodRow } from './tables.ts';

/**
 * The chain of balances of one bank journal: an entry opens where the last one closed, ordered by year, period and entry
 * number. `entries` are the newest ones of it, newest first; older ones were judged by earlier runs.
 */
export type Chain = { readonly entries: readonly BankEntryRow[] };

const NOTHING: ReadonlySet<string> = new Set();

export type Verdict = {
  /** What no decision answers. */
  readonly questions: readonly JournalQuestion[];
  /** Where the next entry opens; null when it must be asked of the entries up to its period. */
  readonly opening: Money | null;
};

const CHOICE = { accept: 'accept', continue: 'continue', bank: 'bank', post: 'post' } as const;

/**
 * What must be decided before an entry of that period is made, and where it opens then. `unrecorded`: stems of our own
 * that the expected balance does not count.
 */
export function judgeChain(
  chain: Chain,
  journal: { readonly code: string; readonly currency: string; readonly period: PeriodRow },
  bank: BankChain,
  unrecorded: ReadonlySet<string> = NOTHING,
): Verdict {
  const { currency, period } = journal;
  const [last] = chain.entries;
  const expected = sameCurrency(bank.expected, currency);
  if (last === undefined) return { questions: [], opening: expected ?? { minor: 0n, currency } };

  const others = openOthers(chain, bank);
  const questions: JournalQuestion[] = [];
  if (others.length > 0) questions.push(aboutOthers(others, journal));
  const later = isLater(last, period);
  if (later && !isDecided(bank, backdatedKey(last, period), CHOICE.post)) questions.push(aboutLater(last, journal));

  const accepted = acceptedSum(bank.decisions) + others.reduce((sum, entry) => sum + movementOf(entry, currency), 0n);
  const own = movedBy(chain, unrecorded, currency);
  const known = jumpsOfBackdating(chain, bank, currency);
  const target = expected === null ? null : { minor: expected.minor + accepted + own + known, currency };
  const closing = lastClosing(chain, currency);
  // A journal that keeps no balances begins with the bank's, as it does when a person begins it.
  if (closing === null) return { questions, opening: target ?? { minor: 0n, currency } };
  if (target === null) return { questions, opening: later ? null : closing };
  const gap = closing.minor - target.minor;
  if (gap === 0n || isContinued(bank, gap)) return { questions, opening: later ? null : closing };
  const key = breakKey(gap, last);
  if (isDecided(bank, key, CHOICE.bank)) return { questions, opening: target };
  questions.push(aboutBreak({ ledger: closing, bank: target, gap, key }, journal));
  return { questions, opening: null };
}

/** An entry that any line of ours is in. */
export function isOurs(entry: BankEntryRow): boolean {
  return (entry.BankEntryLines ?? []).some((line) => referenceOn(line) !== null);
}

export function closingOf(entry: BankEntryRow, currency: string): Money | null {
  return entry.ClosingBalanceFC === null ? null : readAmount(entry.ClosingBalanceFC, currency).money;
}

function openingOf(entry: BankEntryRow, currency: string): Money | null {
  return entry.OpeningBalanceFC === null ? null : readAmount(entry.OpeningBalanceFC, currency).money;
}

/** An entry may have been made without balances: what it moved counts from the last one that has them. */
function lastClosing({ entries }: Chain, currency: string): Money | null {
  let moved = 0n;
  for (const entry of entries) {
    const closing = closingOf(entry, currency);
    if (closing !== null) return { minor: closing.minor + moved, currency };
    moved += movementOf(entry, currency);
  }
  return null;
}

function movementOf(entry: BankEntryRow, currency: string): bigint {
  let sum = 0n;
  for (const { AmountFC } of entry.BankEntryLines ?? []) sum += readAmount(AmountFC, currency).money?.minor ?? 0n;
  return sum;
}

/** What lines of these stems moved. */
function movedBy({ entries }: Chain, stems: ReadonlySet<string>, currency: string): bigint {
  let sum = 0n;
  for (const line of entries.flatMap((entry) => entry.BankEntryLines ?? [])) {
    const reference = referenceOn(line);
    if (reference !== null && stems.has(stemIn(reference)))
      sum += readAmount(line.AmountFC, currency).money?.minor ?? 0n;
  }
  return sum;
}

/** The stems of all entries of ours. */
export function stemsIn({ entries }: Chain): string[] {
  const references = entries.flatMap((entry) =>
    (entry.BankEntryLines ?? []).flatMap((line) => referenceOn(line) ?? []),
  );
  return [...new Set(references.map(stemIn))];
}

function sameCurrency(amount: Money | null, currency: string): Money | null {
  return amount?.currency === currency ? amount : null;
}

// ---------------------------------------------------------------------------------------------- others

/** Entries of other makers since Daybook books here, that nobody has accepted. */
function openOthers({ entries }: Chain, { since, decisions }: BankChain): BankEntryRow[] {
  const accepted = new Set(decisions.flatMap((one) => (isAcceptance(one) ? numbersIn(one.key) : [])));
  return entries.filter((entry) => {
    const days = (entry.BankEntryLines ?? []).flatMap(({ Date: day }) => (day === null ? [] : [day]));
    const inOurTime = since !== null && days.some((day) => day >= since);
    return inOurTime && !isOurs(entry) && !accepted.has(numberOf(entry));
  });
}

/** The numbers, and what they moved: the entries may have left the newest ones by the time it counts. */
function othersKey(entries: readonly BankEntryRow[], currency: string): string {
  const sum = entries.reduce((total, entry) => total + movementOf(entry, currency), 0n);
  return `others ${sum} ${entries.map(numberOf).sort().join(',')}`;
}

function isAcceptance({ kind, choice }: JournalDecision): boolean {
  return kind === 'others' && choice === CHOICE.accept;
}

function numbersIn(key: string): string[] {
  return (key.split(' ')[2] ?? '').split(',');
}

function acceptedSum(decisions: readonly JournalDecision[]): bigint {
  let sum = 0n;
  for (const decision of decisions)
    if (isAcceptance(decision)) sum += BigInt(/^others (-?\d+) /.exec(decision.key)?.[1] ?? '0');
  return sum;
}

function numberOf(entry: BankEntryRow): string {
  return `${entry.FinancialYear}/${entry.EntryNumber}`;
}

function aboutOthers(
  entries: readonly BankEntryRow[],
  { code, currency }: { readonly code: string; readonly currency: string },
): JournalQuestion {
  const sum = { minor: entries.reduce((total, entry) => total + movementOf(entry, currency), 0n), currency };
  const numbers = entries.map((entry) => entry.EntryNumber).join(', ');
  const many = entries.length > 1;
  return {
    kind: 'others',
    key: othersKey(entries, currency),
    size: sum,
    sentence: `Journal ${code} holds ${many ? `${entries.length} entries` : 'an entry'} that Daybook did not make (${shortened(numbers)}), ${formatAmount(sum)} ${currency} in all. If a bank link or an import of Exact Online books the same lines, the money would be there twice: switch it off and delete them, or accept them.`,
    choices: [
      {
        choice: CHOICE.accept,
        label: many ? 'Accept these entries' : 'Accept this entry',
        consequence: 'Daybook posts behind them; what they hold is not compared with the bank.',
      },
    ],
  };
}

function shortened(text: string): string {
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}

// ---------------------------------------------------------------------------------------------- breaks

function breakKey(gap: bigint, last: BankEntryRow): string {
  return `break ${gap} after ${numberOf(last)}`;
}

/** A difference that somebody decided to live with holds until it is another one. */
function isContinued({ decisions }: BankChain, gap: bigint): boolean {
  return decisions.some(
    ({ kind, key, choice }) => kind === 'break' && choice === CHOICE.continue && key.startsWith(`break ${gap} `),
  );
}

function isDecided({ decisions }: BankChain, key: string, choice: string): boolean {
  return decisions.some((one) => one.key === key && one.choice === choice);
}

function aboutBreak(
  found: { readonly ledger: Money; readonly bank: Money; readonly gap: bigint; readonly key: string },
  { code, currency }: { readonly code: string; readonly currency: string },
): JournalQuestion {
  const text = ({ minor }: { readonly minor: bigint }) => `${formatAmount({ minor, currency })} ${currency}`;
  return {
    kind: 'break',
    key: found.key,
    size: { minor: found.gap, currency },
    sentence: `Journal ${code} closes at ${text(found.ledger)} in Exact Online, and by the bank it should be ${text(found.bank)}: a break of ${text({ minor: found.gap })}. Mend it in Exact Online and post again, or choose how to go on.`,
    choices: [
      {
        choice: CHOICE.continue,
        label: 'Go on from the balance in Exact Online',
        consequence: `The difference of ${text({ minor: found.gap })} stays, and Daybook asks again only when it changes.`,
      },
      {
        choice: CHOICE.bank,
        label: 'Open the next entry with the bank’s balance',
        consequence: `The next entry opens at ${text(found.bank)}; the break stays between it and the entry before.`,
      },
    ],
  };
}

// ---------------------------------------------------------------------------------------------- later periods

function isLater(last: BankEntryRow, period: PeriodRow): boolean {
  const [year, number] = [last.FinancialYear ?? 0, last.FinancialPeriod ?? 0];
  return year > (period.FinYear ?? 0) || (year === period.FinYear && number > (period.FinPeriod ?? 0));
}

function backdatedKey(last: BankEntryRow, period: PeriodRow): string {
  return `${backdatedInto(period.FinYear, period.FinPeriod)}${numberOf(last)}`;
}

function backdatedInto(year: number | null, period: number | null): string {
  return `backdated ${year}/${period} before `;
}

/**
 * Where somebody decided to post into a period that later ones follow, the first later entry does not open where that
 * period closes now. This is how that was told beforehand, so it is no break.
 */
function jumpsOfBackdating({ entries }: Chain, { decisions }: BankChain, currency: string): bigint {
  let jumps = 0n;
  for (const [at, entry] of entries.entries()) {
    const before = entries[at + 1];
    if (before === undefined || samePeriod(before, entry)) continue;
    const into = backdatedInto(before.FinancialYear, before.FinancialPeriod);
    if (!decisions.some(({ key, choice }) => choice === CHOICE.post && key.startsWith(into))) continue;
    const [opening, closing] = [openingOf(entry, currency), closingOf(before, currency)];
    if (opening !== null && closing !== null) jumps += opening.minor - closing.minor;
  }
  return jumps;
}

function samePeriod(a: BankEntryRow, b: BankEntryRow): boolean {
  return a.FinancialYear === b.FinancialYear && a.FinancialPeriod === b.FinancialPeriod;
}

function aboutLater(
  last: BankEntryRow,
  { code, period }: { readonly code: string; readonly period: PeriodRow },
): JournalQuestion {
  return {
    kind: 'backdated',
    key: backdatedKey(last, period),
    size: null,
    sentence: `Journal ${code} already holds entries of period ${last.FinancialPeriod} of ${last.FinancialYear}, and these entries belong to period ${period.FinPeriod} of ${period.FinYear}. The later ones would no longer open where the one before closes.`,
    choices: [
      {
        choice: CHOICE.post,
        label: 'Post them in their own period',
        consequence: 'They open where that period closed; the balances of the later entries stay as they are.',
      },
    ],
  };
}
