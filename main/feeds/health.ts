import type { Instant } from '../core/calendar.ts';
import { epochOf } from '../core/calendar.ts';
import type { Clock } from '../core/clock.ts';
import { type DaybookError, ERROR_NATURES, type ErrorCode, type RepairAction } from '../core/errors.ts';
import { STALE_AFTER_MS } from './lifecycle/machine.ts';

/** Trouble of our own machine says nothing about the bank: the feed's health stays what it was. */
const OURS: ReadonlySet<ErrorCode> = new Set([
  'cancelled',
  'vault_locked',
  'vault_wrong_passphrase',
  'database_newer',
  'database_corrupt',
  'database_read_only',
  'disk_full',
  'busy_elsewhere',
  'trail_broken',
  'stale',
  'not_found',
  'usage',
]);

/** One product that a bank does not offer leaves the rest of the feed working. */
const HARMLESS: ReadonlySet<ErrorCode> = new Set(['not_supported', 'nothing_there']);

/** The connection's own trouble: every feed of it stands still until the keys or rights are mended. */
const OF_CONNECTION: ReadonlySet<ErrorCode> = new Set([
  'wrong_keys',
  'keys_expired',
  'wrong_environment',
  'registration_needed',
  'quota_used_up',
  'secret_missing',
  'setup_invalid',
]);

/** What an error says about the feed that was read: `nothing` where the trouble is our own machine's. */
export function saysOfFeed(error: DaybookError): 'nothing' | 'works' | 'fails' {
  if (OURS.has(error.code)) return 'nothing';
  return HARMLESS.has(error.code) && error.repair === 'none' ? 'works' : 'fails';
}

export function isConnectionTrouble(code: ErrorCode): boolean {
  return OF_CONNECTION.has(code);
}

/** A stored code as one of ours; a code of a newer or older version is kept as text elsewhere and is null here. */
export function knownCode(code: string | null): ErrorCode | null {
  return code !== null && isErrorCode(code) ? code : null;
}

function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(ERROR_NATURES, code);
}

export function repairOf(code: string | null): RepairAction {
  const known = knownCode(code);
  return known === null ? 'none' : ERROR_NATURES[known].repair;
}

export type Freshness = { readonly bankUpdatedAt: Instant | null; readonly stale: boolean; readonly sentence: string };

const HOUR_MS = 3_600_000;
const STALE_AFTER_HOURS = STALE_AFTER_MS / HOUR_MS;

/** How old the bank's own data is: a sync that brings nothing may only mean that the bank was not reached. */
export function freshnessOf(bankUpdatedAt: Instant | null, clock: Clock): Freshness {
  if (bankUpdatedAt === null)
    return { bankUpdatedAt, stale: false, sentence: 'The bank has not said when its data was last updated.' };
  const hours = Math.max(0, Math.floor((clock.now() - epochOf(bankUpdatedAt)) / HOUR_MS));
  const age =
    hours < 1 ? 'less than an hour ago' : hours < 48 ? `${hours} h ago` : `${Math.floor(hours / 24)} days ago`;
  return { bankUpdatedAt, stale: hours >= STALE_AFTER_HOURS, sentence: `The bank was last reached ${age}.` };
}
