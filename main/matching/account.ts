import { z } from 'zod';
import type { BankAccountKey } from '../store/ledger-bank-lines.ts';
import type { Reader } from '../store/store.ts';
import { DEFAULT_RULES, type MatchRules } from './rules.ts';

/** A mapped account: its two sides, and how it is matched. */
export type MatchedAccount = BankAccountKey & {
  readonly feedAccountId: string;
  /** As screens name it. */
  readonly name: string;
  readonly currency: string;
  /** Lines before it are history. */
  readonly startDate: string | null;
  readonly rules: MatchRules;
};

const PASSES = [
  'own_reference',
  'end_to_end',
  'document',
  'amount_party_date',
  'sum_of_party',
  'sum_of_day',
  'transfer',
  'reversal',
  'correction',
  'near_date',
] as const;

export const passName = z.enum(PASSES);

const minor = z.int().min(1).max(1_000_000_000);

/** Rules as they are stored and come in; amounts are whole minor units of the account's currency. */
export const rulesDocument = z.strictObject({
  automatic: z.boolean().default(DEFAULT_RULES.automatic),
  suggestOnly: z.array(passName).default([]),
  daysAfter: z.int().min(0).max(60).default(DEFAULT_RULES.daysAfter),
  daysBefore: z.int().min(0).max(60).default(DEFAULT_RULES.daysBefore),
  farDays: z.int().min(0).max(90).default(DEFAULT_RULES.farDays),
  reach: z.int().min(1).max(730).default(DEFAULT_RULES.reach),
  holidays: z.enum(['none', 'target', 'us', 'uk']).default('none'),
  corrections: z
    .array(
      z.strictObject({
        name: z.string().trim().min(1).max(60),
        kind: z.enum(['fee', 'rounding']),
        account: z.string().trim().min(1).max(100),
        upTo: minor,
        known: z.array(minor).max(50).default([]),
      }),
    )
    .max(20)
    .default([]),
});

/** Banks of a currency keep these days unless a rule says otherwise. */
const HOLIDAYS_OF: Readonly<Record<string, MatchRules['holidays']>> = { EUR: 'target', USD: 'us', GBP: 'uk' };

/** All mapped accounts, or those named; in a stable order. */
export async function matchedAccounts(db: Reader, feedAccountIds?: readonly string[]): Promise<MatchedAccount[]> {
  const rows = await db
    .selectFrom('mapping')
    .innerJoin('feed_account', 'feed_account.id', 'mapping.feed_account_id')
    .leftJoin('match_rule', 'match_rule.feed_account_id', 'feed_account.id')
    .select(['feed_account.id', 'feed_account.name', 'feed_account.mask', 'feed_account.currency'])
    .select(['mapping.ledger_connection_id', 'mapping.legal_entity', 'mapping.bank_account', 'mapping.start_date'])
    .select('match_rule.rules_json')
    .orderBy('feed_account.id')
    .execute();
  return rows.flatMap((row): MatchedAccount[] =>
    row.currency === null || (feedAccountIds !== undefined && !feedAccountIds.includes(row.id))
      ? []
      : [
          {
            feedAccountId: row.id,
            name: row.mask === null ? row.name : `${row.name} ··${row.mask}`,
            currency: row.currency,
            ledgerConnectionId: row.ledger_connection_id,
            legalEntity: row.legal_entity,
            bankAccount: row.bank_account,
            startDate: row.start_date,
            rules:
              row.rules_json === null
                ? { ...DEFAULT_RULES, holidays: HOLIDAYS_OF[row.currency] ?? 'none' }
                : rulesDocument.parse(JSON.parse(row.rules_json)),
          },
        ],
  );
}
