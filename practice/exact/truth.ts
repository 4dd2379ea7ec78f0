/** The site's own books, for a judge: what is there, whatever any client believes. */
import { chainOf, type Entry, type Line } from './books.ts';
import type { Division, Site } from './site.ts';

/** What was booked on one account. `minor`: debit positive, in minor units of `currency`. */
export type TruthLine = {
  readonly lineId: string;
  readonly role: Line['role'];
  readonly lineNumber: number;
  readonly date: string;
  /** Empty where an id of another division was dropped. */
  readonly glAccount: string;
  readonly glAccountType: number | null;
  /** Relation code without padding. */
  readonly account: string | null;
  readonly costCenter: string | null;
  readonly costUnit: string | null;
  readonly vatCode: string | null;
  readonly description: string | null;
  readonly notes: string | null;
  /** As it was sent: VAT still in it. */
  readonly minor: bigint;
  readonly vatMinor: bigint;
};

export type TruthEntry = {
  readonly division: number;
  readonly entryId: string;
  readonly journal: string;
  readonly kind: Entry['kind'];
  readonly number: number;
  readonly year: number;
  readonly period: number;
  readonly currency: string;
  readonly status: 20 | 50;
  readonly by: Entry['by'];
  /** The chain, of bank entries; positive = the firm's money. */
  readonly openingMinor: bigint;
  readonly closingMinor: bigint;
  readonly lines: readonly TruthLine[];
};

export type Books = {
  /** By division and journal, in the order of the chain. */
  readonly entries: readonly TruthEntry[];
  /** `division|journal` to the last closing of a bank journal, in its currency. */
  readonly journalBalances: Readonly<Record<string, bigint>>;
  /** `division|GL account` to its balance in the division's currency; debit positive. */
  readonly accountBalances: Readonly<Record<string, bigint>>;
};

export function booksOf(site: Site): Books {
  const entries: TruthEntry[] = [];
  const journalBalances: Record<string, bigint> = {};
  const accountBalances: Record<string, bigint> = {};
  for (const division of site.divisions.values()) {
    for (const journal of division.journals.values()) {
      const chain = chainOf(division, journal);
      entries.push(...chain.map((entry) => truthEntry(division, entry)));
      if (journal.type === 12) journalBalances[`${division.code}|${journal.code}`] = chain.at(-1)?.closingMinor ?? 0n;
    }
    for (const { lines } of division.entries.values())
      for (const line of lines) {
        const key = `${division.code}|${line.glAccount?.code ?? ''}`;
        accountBalances[key] = (accountBalances[key] ?? 0n) + line.minorDc - line.vatMinorDc;
      }
  }
  return { entries, journalBalances, accountBalances };
}

function truthEntry(division: Division, entry: Entry): TruthEntry {
  const { kind, number, year, period, currency, status, by, openingMinor, closingMinor } = entry;
  return {
    ...{ kind, number, year, period, currency, status, by, openingMinor, closingMinor },
    division: division.code,
    entryId: entry.id,
    journal: entry.journal.code,
    lines: entry.lines.map((line) => ({
      lineId: line.id,
      role: line.role,
      lineNumber: line.lineNumber,
      date: line.date.slice(0, 10),
      glAccount: line.glAccount?.code ?? '',
      glAccountType: line.glAccount?.type ?? null,
      account: line.account?.code.trim() ?? null,
      costCenter: line.costCenter,
      costUnit: line.costUnit,
      vatCode: line.vatCode?.code ?? null,
      description: line.description,
      notes: line.notes,
      minor: line.minor,
      vatMinor: line.vatMinor,
    })),
  };
}
