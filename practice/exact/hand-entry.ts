/** Entries that no client sent: a person's, a bank link's, and those that a site begins with. */
import { completeRows, type Entry, type Line, rateOn } from './books.ts';
import { nextNumber } from './posting.ts';
import { type Division, type GlAccount, type Journal, periodOfDay, type Site } from './site.ts';

export type HandEntry = {
  readonly kind: Entry['kind'];
  readonly journal: Journal;
  readonly currency: string;
  readonly date: string;
  /** Of a bank entry. */
  readonly openingMinor: bigint;
  readonly status: Entry['status'];
  readonly by: Entry['by'];
  /** Debit positive. */
  readonly lines: ReadonlyArray<{
    readonly minor: bigint;
    readonly text: string;
    readonly glAccount: GlAccount | null;
  }>;
};

/** Books it without any of the checks that a client's entry passes. @throws RangeError without a period or rate */
export function bookByHand(site: Site, division: Division, hand: HandEntry): Entry {
  const { kind, journal, currency, date, openingMinor, status, by } = hand;
  const period = periodOfDay(division, date);
  const rate = rateOn(division, currency, date);
  if (period === undefined || rate === undefined)
    throw new RangeError(`division ${division.code} has no period or rate for journal ${journal.code} on ${date}`);
  const entry: Entry = {
    ...site.stamp(),
    ...{ kind, journal, currency, rate, openingMinor, status, by },
    closingMinor: 0n,
    year: period.year,
    period: period.period,
    number: nextNumber(division, journal, period.year),
    lines: hand.lines.map(
      ({ minor, text, glAccount }, at): Line => ({
        ...site.stamp(),
        role: 'line',
        transactionId: site.guid(),
        lineNumber: at + 1,
        date: `${date}T00:00:00`,
        minor,
        minorDc: 0n,
        vatMinor: 0n,
        vatMinorDc: 0n,
        glAccount,
        account: null,
        costCenter: null,
        costUnit: null,
        vatCode: null,
        description: text,
        notes: null,
        ourRef: null,
        document: null,
        offsetId: null,
      }),
    ),
  };
  completeRows(site, division, entry);
  division.entries.set(entry.id, entry);
  return entry;
}
