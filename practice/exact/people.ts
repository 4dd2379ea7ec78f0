/** What people and jobs do inside Exact behind the client's back. */
import type { Money } from '../../main/core/money.ts';
import { completeRows, type Entry, type Line } from './books.ts';
import { bookByHand } from './hand-entry.ts';
import { lastClosing, removeEntry, topicOf } from './posting.ts';
import { byCode, type Division, type Site, type User } from './site.ts';

export type EntryRef = { readonly division: number; readonly entryId: string };
export type LineRef = EntryRef & { readonly lineId: string };

/** Money on a bank journal that did not come from us. Sign of an amount: positive = money in. In the journal's currency. */
export type JournalPosting = {
  readonly division: number;
  readonly journal: string;
  readonly date: string;
  readonly lines: ReadonlyArray<{ readonly amount: Money; readonly text: string; readonly glAccount: string }>;
  /** Where the entry begins; the chain's last closing unless told. */
  readonly opening?: Money;
};

export type LineChanges = {
  /** Codes; null takes it away. */
  readonly glAccount?: string;
  readonly account?: string | null;
  readonly costCenter?: string | null;
  readonly costUnit?: string | null;
  readonly description?: string | null;
  readonly notes?: string | null;
  /** Positive = money in (bank) or debit (general). The entry's closing balance follows. */
  readonly minor?: bigint;
};

export type People = {
  /** A user deletes an entry, open or processed. */
  deleteEntry(ref: EntryRef): void;
  editLine(ref: LineRef, changes: LineChanges): void;
  /** A user books an entry by hand. */
  postByHand(posting: JournalPosting): { readonly entryId: string };
  /** Exact's own bank link, or an imported statement, puts the same money into the journal, without any notes of ours. */
  bankLinkImports(posting: JournalPosting): { readonly entryId: string };
  /**
   * A user settles one line against several items: it becomes several rows of the same LineNumber. The first part keeps
   * the line's id. Parts must add up to the line, in the line's own sign.
   */
  matchSplit(ref: LineRef, parts: ReadonlyArray<{ readonly minor: bigint; readonly ourRef: number }>): void;
  /** Processing, as closing a VAT period does: 20 becomes 50. All of a division's entries, or those up to a day. */
  process(division: number, until?: string): number;
  closePeriod(division: number, journal: string, year: number, period: number, closed?: boolean): void;
  blockGlAccount(division: number, code: string, blocked?: boolean): void;
  blockRelation(division: number, code: string, blocked?: boolean): void;
  blockJournal(division: number, code: string, blocked?: boolean): void;
  /** The cost centre may not be used after this day. */
  endCostCenter(division: number, code: string, endDate: string): void;
  /** The division goes to another server of Exact: every row version is made anew. */
  moveDivision(division: number): void;
};

export function createPeople(site: Site): People {
  const divisionOf = (code: number): Division => {
    const division = site.divisions.get(code);
    if (division === undefined) throw new RangeError(`the site has no division ${code}`);
    return division;
  };
  const entryOf = ({ division, entryId }: EntryRef): Entry => {
    const entry = divisionOf(division).entries.get(entryId.toLowerCase());
    if (entry === undefined) throw new RangeError(`division ${division} has no entry ${entryId}`);
    return entry;
  };
  const lineOf = (ref: LineRef): Line => {
    const line = entryOf(ref).lines.find(({ id, role }) => id === ref.lineId.toLowerCase() && role === 'line');
    if (line === undefined) throw new RangeError(`entry ${ref.entryId} has no line ${ref.lineId}`);
    return line;
  };
  const coded = <T extends { readonly code: string }>(records: Map<string, T>, code: string): T => {
    const found = byCode(records, code);
    if (found === undefined) throw new RangeError(`nothing has the code ${code}`);
    return found;
  };
  const user = (): User => {
    const [first] = site.users;
    if (first === undefined) throw new RangeError('the site has no users');
    return first;
  };
  const changed = (ref: EntryRef, entry: Entry) => {
    const division = divisionOf(ref.division);
    completeRows(site, division, entry);
    site.touch(entry);
    for (const row of entry.lines) if (row.role !== 'bank') site.touch(row);
    site.changed(division, topicOf(entry.kind), 'Update', entry.id);
  };
  const post = (posting: JournalPosting, by: Entry['by']) => {
    const division = divisionOf(posting.division);
    const journal = coded(division.journals, posting.journal);
    const entry = bookByHand(site, division, {
      kind: 'bank',
      journal,
      currency: journal.currency,
      date: posting.date,
      openingMinor: posting.opening?.minor ?? lastClosing(division, journal),
      status: 20,
      by,
      lines: posting.lines.map(({ amount, text, glAccount }) => {
        if (amount.currency !== journal.currency)
          throw new RangeError(`journal ${journal.code} is in ${journal.currency}`);
        return { minor: -amount.minor, text, glAccount: coded(division.glAccounts, glAccount) };
      }),
    });
    site.changed(division, topicOf('bank'), 'Create', entry.id);
    return { entryId: entry.id };
  };

  return {
    deleteEntry: (ref) => removeEntry({ site, division: divisionOf(ref.division), user: user() }, entryOf(ref)),
    editLine: (ref, changes) => {
      const [division, entry, line] = [divisionOf(ref.division), entryOf(ref), lineOf(ref)];
      const { glAccount, account, minor, ...texts } = changes;
      Object.assign(line, texts);
      if (glAccount !== undefined) line.glAccount = coded(division.glAccounts, glAccount);
      if (account !== undefined) line.account = account === null ? null : coded(division.relations, account);
      if (minor !== undefined) line.minor = entry.kind === 'bank' ? -minor : minor;
      changed(ref, entry);
    },
    postByHand: (posting) => post(posting, 'person'),
    bankLinkImports: (posting) => post(posting, 'bank_link'),
    matchSplit: (ref, parts) => {
      const [entry, line] = [entryOf(ref), lineOf(ref)];
      const sign = entry.kind === 'bank' ? -1n : 1n;
      if (parts.reduce((total, part) => total + sign * part.minor, 0n) !== line.minor)
        throw new RangeError('the parts do not add up to the line');
      if (line.vatMinor !== 0n) throw new RangeError('a line with VAT is not settled against items');
      const rows = parts.map((part, at): Line => {
        const own = at === 0 ? {} : { ...site.stamp(), transactionId: site.guid() };
        const notes = at === 0 || site.settings.splitKeepsNotes ? line.notes : null;
        return { ...line, ...own, minor: sign * part.minor, ourRef: part.ourRef, notes };
      });
      entry.lines = entry.lines.flatMap((row) => (row === line ? rows : [row]));
      changed(ref, entry);
    },
    process: (code, until = '9999-12-31') => {
      const open = [...divisionOf(code).entries.values()].filter(
        ({ status, lines }) => status === 20 && lines.every(({ date }) => date.slice(0, 10) <= until),
      );
      for (const entry of open) {
        entry.status = 50;
        site.touch(entry);
        for (const line of entry.lines) site.touch(line);
      }
      return open.length;
    },
    closePeriod: (code, journal, year, period, closed = true) => {
      const division = divisionOf(code);
      const key = `${coded(division.journals, journal).code}|${year}|${period}`;
      if (closed) division.closed.add(key);
      else division.closed.delete(key);
    },
    blockGlAccount: (code, glAccount, blocked = true) => {
      const record = coded(divisionOf(code).glAccounts, glAccount);
      record.blocked = blocked;
      site.touch(record);
    },
    blockRelation: (code, relation, blocked = true) => {
      const record = coded(divisionOf(code).relations, relation);
      record.blocked = blocked;
      site.touch(record);
    },
    blockJournal: (code, journal, blocked = true) => {
      const record = coded(divisionOf(code).journals, journal);
      record.blocked = blocked;
      site.touch(record);
    },
    endCostCenter: (code, costCenter, endDate) => {
      const record = coded(divisionOf(code).costCenters, costCenter);
      record.endDate = endDate;
      site.touch(record);
    },
    moveDivision: (code) => {
      const division = divisionOf(code);
      division.movedAt = site.now();
      const lines = [...division.entries.values()].flatMap((entry) => entry.lines);
      for (const record of [
        ...division.glAccounts.values(),
        ...division.relations.values(),
        ...lines,
        ...division.deleted,
      ]) {
        const { modified } = record;
        site.touch(record);
        // Moving is no change of the record.
        record.modified = modified;
      }
    },
  };
}
