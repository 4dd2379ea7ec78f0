import { decimalText } from '../core/money.ts';
import type { Line, Pool } from './pool.ts';

/** Pieces of the sentences that tell an accountant why lines belong together. */

export function lagWords(lag: number): string {
  if (lag === 0) return 'the same day';
  const days = Math.abs(lag) === 1 ? '1 business day' : `${Math.abs(lag)} business days`;
  return lag > 0 ? `${days} after the ledger` : `${days} before the ledger`;
}

export function amountWords(pool: Pool, minor: number): string {
  return `${decimalText({ minor: BigInt(minor), currency: pool.currency })} ${pool.currency}`;
}

export function linesWords(count: number, side: 'statement' | 'ledger'): string {
  const name = side === 'statement' ? 'bank line' : 'ledger line';
  return count === 1 ? `one ${name}` : `${count} ${name}s`;
}

/** The name as the ledger writes it, else as the bank does. */
export function partyWords(...lines: readonly Line[]): string {
  for (const { line } of lines) if (line.party !== null && line.party.trim() !== '') return line.party.trim();
  return 'the same party';
}
