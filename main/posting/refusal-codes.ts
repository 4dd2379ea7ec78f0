import type { ErrorCode } from '../core/errors.ts';

/** Codes that say no for good: the ledger stored nothing and will store nothing as long as nobody changes something. */
export function isRefusal(code: ErrorCode): boolean {
  return ENTRY_LEVEL.has(code) || JOURNAL_LEVEL.has(code);
}

export const ENTRY_LEVEL: ReadonlySet<ErrorCode> = new Set([
  'entry_refused',
  'entry_unbalanced',
  'entry_incomplete',
  'text_too_long',
  'account_invalid',
  'account_blocked',
  'dimension_missing',
  'dimension_invalid',
  'currency_not_allowed',
  'period_closed',
]);
const JOURNAL_LEVEL: ReadonlySet<ErrorCode> = new Set(['journal_invalid', 'bank_account_invalid']);
