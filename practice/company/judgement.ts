import type { LedgerEntry } from '../../main/core/entry.ts';
import type { Money } from '../../main/core/money.ts';

export type ExpectedEntry = { readonly legalEntity: string; readonly entry: LedgerEntry };

/** What an ERP's own books say of the entries that it should hold. */
export type Judgement = {
  readonly entries: number;
  /** Journals and lines in the ERP that carry a reference of ours. */
  readonly journals: number;
  readonly lines: number;
  readonly missing: readonly string[];
  readonly duplicated: readonly string[];
  readonly altered: readonly string[];
  /** References of ours in the ERP that nobody expected. */
  readonly unexpected: readonly string[];
};

/** Where the last entry of a bank journal closes. Sign: positive = the firm's money. */
export type ClosingBalance = {
  readonly legalEntity: string;
  /** As in mappings. */
  readonly bankAccount: string;
  readonly balance: Money;
};

/**
 * Compares what was found of an entry with what it should be, account by account (any key for one) and net: two copies
 * double every net.
 */
export function compareNets(
  found: ReadonlyMap<string, bigint>,
  wanted: ReadonlyMap<string, bigint>,
): 'equal' | 'missing' | 'duplicated' | 'altered' {
  if (found.size === 0) return 'missing';
  const first = [...wanted].find(([, minor]) => minor !== 0n);
  const factor = first === undefined ? 1n : (found.get(first[0]) ?? 0n) / first[1];
  const isMultiple = (times: bigint) =>
    found.size === wanted.size && [...wanted].every(([key, minor]) => found.get(key) === minor * times);
  if (isMultiple(1n)) return 'equal';
  return factor > 1n && isMultiple(factor) ? 'duplicated' : 'altered';
}
