/** What Exact checks and does when a client sends a bank entry or a general journal entry. */
import { amountText, chainOf, completeRows, type Entry, type Line, rateOn } from './books.ts';
import { notFound, type Rules, rulesIn } from './errors.ts';
import { type Input, readInput } from './input.ts';
import { readLine } from './posting-line.ts';
import type { Body, Caller } from './resource.ts';
import type { Fields } from './schema.ts';
import { byCode, type Division, isClosed, type Journal, type Period, periodOfDay } from './site.ts';

export type EntryKind = Entry['kind'];

const LINES = { bank: 'BankEntryLines', general: 'GeneralJournalEntryLines' } as const;

/** Books an entry with its lines, or nothing of it. @throws Refusal 500 in the user's language; 400. */
export function postEntry(
  caller: Caller,
  kind: EntryKind,
  body: Body,
  fields: { readonly header: Fields; readonly line: Fields },
): Entry {
  const { site, division, user } = caller;
  const rules = rulesIn(user.language);
  const input = readInput(fields.header, body);
  const lineInputs = input.collection(LINES[kind]).map((line) => readInput(fields.line, line));

  const journal = journalOf(division, kind, input, rules);
  if (lineInputs.length === 0) throw rules.refuse('mandatory', 'lines');
  const currency = input.text('Currency') ?? journal.currency;
  if (currency !== journal.currency && !journal.allowVariableCurrency) throw rules.refuse('invalid', 'currency');
  const today = `${site.now().slice(0, 10)}T00:00:00`;
  const firstDay = (lineInputs[0]?.dateTime('Date') ?? today).slice(0, 10);
  const period = openPeriod(division, journal, input, firstDay, rules);
  const rate = rateOn(division, currency, firstDay);
  if (rate === undefined) throw rules.refuse('invalid', 'exchangeRate');

  const context = { caller, kind, journal, currency, period, rules };
  const lines = lineInputs.map((line, at) => readLine(context, line, at + 1, today));
  const opening = input.minor('OpeningBalanceFC', currency);
  const closing = input.minor('ClosingBalanceFC', currency);
  const moved = lines.reduce((total, { minor }) => total - minor, 0n);
  if (kind === 'bank' && opening !== null && closing !== null && opening + moved !== closing)
    throw rules.say('closing');
  if (kind === 'general' && moved !== 0n)
    throw rules.notBalanced(period.year, period.period, `${currency} ${amountText(-moved, currency)}`);

  const number = input.integer('EntryNumber') ?? nextNumber(division, journal, period.year);
  if ([...division.entries.values()].some((held) => held.journal === journal && held.number === number))
    throw rules.say('exists');
  const entry: Entry = {
    ...site.stamp(),
    kind,
    journal,
    currency,
    year: period.year,
    period: period.period,
    number,
    rate,
    openingMinor: opening ?? (closing === null ? lastClosing(division, journal) : closing - moved),
    closingMinor: 0n,
    status: 20,
    by: 'client',
    lines,
  };
  completeRows(site, division, entry);
  division.entries.set(entry.id, entry);
  site.changed(division, topicOf(kind), 'Create', entry.id);
  return entry;
}

/** Adds one line to an entry that is still open. */
export function postLine(caller: Caller, kind: EntryKind, body: Body, fields: Fields): { entry: Entry; line: Line } {
  const { site, division, user } = caller;
  const rules = rulesIn(user.language);
  const input = readInput(fields, body);
  const entryId = input.guid('EntryID');
  if (entryId === null) throw rules.refuse('mandatory', 'entry');
  const entry = division.entries.get(entryId);
  if (entry === undefined || entry.kind !== kind || entry.status !== 20) throw rules.refuse('invalid', 'entry');
  const { journal, currency, year } = entry;
  const period = division.periods.find((held) => held.year === year && held.period === entry.period);
  if (period === undefined || isClosed(division, journal.code, year, entry.period))
    throw rules.refuse('closed', 'period');
  const number = Math.max(0, ...entry.lines.map(({ lineNumber }) => lineNumber)) + 1;
  const line = readLine({ caller, kind, journal, currency, period, rules }, input, number, `${period.from}T00:00:00`);
  if (kind === 'general' && line.minor !== 0n)
    throw rules.notBalanced(year, entry.period, `${currency} ${amountText(line.minor, currency)}`);
  entry.lines.push(line);
  completeRows(site, division, entry);
  site.touch(entry);
  site.changed(division, topicOf(kind), 'Update', entry.id);
  return { entry, line };
}

/** Removes a whole entry, which only an open one allows. */
export function deleteEntry(caller: Caller, kind: EntryKind, id: string): void {
  const { division, user } = caller;
  const rules = rulesIn(user.language);
  const entry = division.entries.get(id);
  if (entry === undefined || entry.kind !== kind) throw notFound();
  if (entry.status !== 20) throw rules.say('processed');
  if (isClosed(division, entry.journal.code, entry.year, entry.period)) throw rules.refuse('closed', 'period');
  removeEntry(caller, entry);
}

/** Removes an entry whatever its state, and tells so in `sync/Deleted` row by row. */
export function removeEntry({ site, division, user }: Pick<Caller, 'site' | 'division' | 'user'>, entry: Entry): void {
  division.entries.delete(entry.id);
  for (const line of entry.lines)
    division.deleted.push({ ...site.stamp(), entityType: 1, entityKey: line.transactionId, by: user.id });
  site.changed(division, topicOf(entry.kind), 'Delete', entry.id);
}

export function topicOf(kind: EntryKind): string {
  return kind === 'bank' ? 'BankEntries' : 'GeneralJournalEntries';
}

/** The last closing of the chain; 0 for a new journal. */
export function lastClosing(division: Division, journal: Journal): bigint {
  return chainOf(division, journal).at(-1)?.closingMinor ?? 0n;
}

/** Year, journal and a running number: `26200001`. A number is not used again after a deletion. */
export function nextNumber(division: Division, journal: Journal, year: number): number {
  const key = `${year}|${journal.code}`;
  const digits = /^\d{1,2}$/.test(journal.code) ? Number(journal.code) : 0;
  const first = (year % 100) * 1_000_000 + digits * 10_000;
  const number = (division.numbers.get(key) ?? first) + 1;
  division.numbers.set(key, number);
  return number;
}

function journalOf(division: Division, kind: EntryKind, input: Input, rules: Rules): Journal {
  const code = input.text('JournalCode');
  if (code === null) throw rules.refuse('mandatory', 'journal');
  const journal = byCode(division.journals, code);
  if (journal === undefined) throw rules.refuse('invalid', 'journal');
  if (kind === 'bank' && journal.type !== 12) throw rules.say('bankJournal');
  if (kind === 'general' && journal.type !== 90) throw rules.refuse('invalid', 'journal');
  if (journal.blocked) throw rules.refuse('blocked', 'journal');
  return journal;
}

function openPeriod(division: Division, journal: Journal, input: Input, firstDay: string, rules: Rules): Period {
  const [year, number] = [input.integer('FinancialYear'), input.integer('FinancialPeriod')];
  const ofDay = periodOfDay(division, firstDay);
  const period =
    year === null && number === null
      ? ofDay
      : division.periods.find(
          (held) => held.year === (year ?? ofDay?.year) && held.period === (number ?? ofDay?.period),
        );
  if (period === undefined) throw rules.refuse('invalid', 'period');
  if (isClosed(division, journal.code, period.year, period.period)) throw rules.refuse('closed', 'period');
  return period;
}
