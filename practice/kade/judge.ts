/** Judges the books of a country site: what it holds under our references, whatever any client believes. */
import type { AccountType, LedgerEntry } from '../../main/core/entry.ts';
import { presentDimensions } from '../../main/core/entry.ts';
import { type ClosingBalance, compareNets, type ExpectedEntry, type Judgement } from '../company/judgement.ts';
import type { Books, TruthEntry, TruthLine } from '../exact/index.ts';

/** Notes of our lines: the reference, which of how many offsets (0 = the bank's side), the entry's text. */
const OURS = /^(\S{20}) (\d+)\/\d+ /;

type Found = {
  readonly entry: TruthEntry;
  readonly line: TruthLine;
  readonly reference: string;
  readonly part: string;
};

export function judgeBooks(
  books: Books,
  expected: readonly ExpectedEntry[],
  isOurs: (text: string) => boolean,
): Judgement {
  const found = books.entries.flatMap((entry) => entry.lines.flatMap((line) => ofOurs(entry, line, isOurs)));
  const byReference = Map.groupBy(found, ({ reference }) => reference);
  const verdicts = { missing: [] as string[], duplicated: [] as string[], altered: [] as string[] };
  for (const { legalEntity, entry } of expected) {
    const verdict = compareNets(netsOf(byReference.get(entry.reference) ?? []), netsOfEntry(legalEntity, entry));
    if (verdict !== 'equal') verdicts[verdict].push(entry.reference);
  }
  const wanted = new Set(expected.map(({ entry }) => entry.reference));
  return {
    ...verdicts,
    entries: expected.length,
    journals: new Set(found.map(({ entry }) => entry.entryId)).size,
    lines: found.length,
    unexpected: [...byReference.keys()].filter((reference) => !wanted.has(reference)),
  };
}

function ofOurs(entry: TruthEntry, line: TruthLine, isOurs: (text: string) => boolean): Found[] {
  const [, reference = '', part = ''] = OURS.exec(line.notes ?? '') ?? [];
  return line.role === 'line' && isOurs(reference) ? [{ entry, line, reference, part }] : [];
}

/** Account to net amount on it, debit positive; the bank's side of a bank entry is the opposite of its lines. */
function netsOf(found: readonly Found[]): Map<string, bigint> {
  const nets = new Map<string, bigint>();
  const put = (key: string, minor: bigint) => nets.set(key, (nets.get(key) ?? 0n) + minor);
  for (const { entry, line, part } of found) {
    const keyed = (type: AccountType, account: string, dimensions: object) =>
      netKey(String(entry.division), line.date, type, account, dimensions, entry.currency);
    if (entry.kind === 'bank') put(keyed('bank', entry.journal, {}), -line.minor);
    if (part === '0') put(keyed('bank', line.glAccount, {}), line.minor);
    else {
      const { costCenter, costUnit, vatCode } = line;
      const dimensions = { CostCenter: costCenter ?? '', CostUnit: costUnit ?? '', VATCode: vatCode ?? '' };
      const [type, account] = sideOf(line);
      put(keyed(type, account, presentDimensions(dimensions)), line.minor);
    }
  }
  return nets;
}

/** A relation's own account, or the ledger account. */
function sideOf({ glAccountType, account, glAccount }: TruthLine): readonly [AccountType, string] {
  if (account !== null && glAccountType === 20) return ['customer', account];
  if (account !== null && glAccountType === 22) return ['vendor', account];
  return ['ledger', glAccount];
}

function netsOfEntry(legalEntity: string, entry: LedgerEntry): Map<string, bigint> {
  const nets = new Map<string, bigint>();
  const put = (type: AccountType, account: string, dimensions: object, minor: bigint) => {
    const key = netKey(legalEntity, entry.date, type, account, dimensions, entry.amount.currency);
    nets.set(key, (nets.get(key) ?? 0n) + minor);
  };
  put(entry.accountType, entry.account, {}, entry.amount.minor);
  for (const { accountType, account, dimensions, amount } of entry.offsets)
    put(accountType, account, presentDimensions(dimensions), -amount.minor);
  return nets;
}

function netKey(
  division: string,
  date: string,
  type: AccountType,
  account: string,
  dimensions: object,
  currency: string,
): string {
  const sorted = Object.entries(dimensions).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([division, date, type, account, sorted, currency]);
}

/** Where the last entry of each bank journal closes. */
export function closingsOf(books: Books): ClosingBalance[] {
  const currencies = new Map(
    books.entries.map(({ division, journal, currency }) => [`${division}|${journal}`, currency]),
  );
  return Object.entries(books.journalBalances).map(([key, minor]) => {
    const [legalEntity = '', bankAccount = ''] = key.split('|');
    return { legalEntity, bankAccount, balance: { minor, currency: currencies.get(key) ?? 'EUR' } };
  });
}
