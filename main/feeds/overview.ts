import type { Instant } from '../core/calendar.ts';
import type { Clock } from '../core/clock.ts';
import type { RepairAction } from '../core/errors.ts';
import type { Money } from '../core/money.ts';
import type { Reader } from '../store/store.ts';
import { type Gap, openGaps } from './completeness.ts';
import { type Freshness, freshnessOf } from './health.ts';
import { type LifecycleView, lifecycleView, readLifecycles } from './lifecycle/view.ts';

export type FeedView = {
  readonly id: string;
  readonly connectionId: string;
  readonly connectionName: string;
  readonly environment: string;
  readonly institutionName: string | null;
  /** healthy, retrying, needs_person, removed */
  readonly state: string;
  readonly code: string | null;
  readonly sentence: string | null;
  readonly repair: RepairAction;
  readonly lifecycle: LifecycleView;
  /** not_ready, partial, complete, unknown */
  readonly history: string;
  readonly freshness: Freshness;
  readonly consentExpiresAt: Instant | null;
  readonly lastAttemptAt: Instant | null;
  readonly lastSuccessAt: Instant | null;
  readonly openExceptions: number;
};

export async function listFeeds(db: Reader, clock: Clock): Promise<FeedView[]> {
  const rows = await db
    .selectFrom('feed')
    .innerJoin('connection', 'connection.id', 'feed.connection_id')
    .selectAll('feed')
    .select(['connection.name as connection_name', 'connection.environment'])
    .select((expression) =>
      expression
        .selectFrom('row_exception')
        .select(({ fn }) => fn.countAll<bigint>().as('count'))
        .whereRef('row_exception.feed_id', '=', 'feed.id')
        .where('row_exception.settled_at', 'is', null)
        .as('open_exceptions'),
    )
    .orderBy('feed.created_at')
    .orderBy('feed.id')
    .execute();
  const lifecycles = await readLifecycles(db, 'feed:');
  return rows.map((row) => ({
    id: row.id,
    ...withLifecycle(lifecycleView(lifecycles(row.id, row), row.institution_name ?? row.connection_name)),
    connectionId: row.connection_id,
    connectionName: row.connection_name,
    environment: row.environment,
    institutionName: row.institution_name,
    state: row.state,
    code: row.state_code,
    sentence: row.state_sentence,
    history: row.history,
    freshness: freshnessOf(row.bank_updated_at, clock),
    consentExpiresAt: row.consent_expires_at,
    lastAttemptAt: row.last_attempt_at,
    lastSuccessAt: row.last_success_at,
    openExceptions: Number(row.open_exceptions ?? 0n),
  }));
}

function withLifecycle(lifecycle: LifecycleView) {
  return { lifecycle, repair: lifecycle.repair };
}

export type AccountView = {
  readonly id: string;
  readonly feedId: string;
  readonly providerAccountId: string;
  readonly institutionName: string | null;
  readonly name: string;
  readonly officialName: string | null;
  readonly mask: string | null;
  readonly type: string;
  readonly subtype: string | null;
  readonly currency: string | null;
  readonly unofficialCurrency: string | null;
  readonly verificationStatus: string | null;
  readonly holderCategory: string | null;
  readonly numberLast4: string | null;
  readonly search: string;
  readonly closedAt: Instant | null;
  /** Positive = the firm's money. */
  readonly balance: {
    readonly current: Money | null;
    readonly available: Money | null;
    readonly takenAt: Instant;
    readonly source: string;
  } | null;
  /** Balance before the first line; null until the first tie-out. */
  readonly opening: Money | null;
  readonly gap: Gap | null;
};

export async function listAccounts(db: Reader): Promise<AccountView[]> {
  const rows = await db
    .selectFrom('feed_account')
    .innerJoin('feed', 'feed.id', 'feed_account.feed_id')
    .selectAll('feed_account')
    .select('feed.institution_name')
    .where('feed_account.replaced_by', 'is', null)
    .orderBy('feed_account.first_seen_at')
    .orderBy('feed_account.id')
    .execute();
  const gaps = new Map((await openGaps(db)).map((gap) => [gap.feedAccountId, gap]));
  return Promise.all(
    rows.map(async (row) => ({
      id: row.id,
      feedId: row.feed_id,
      providerAccountId: row.provider_account_id,
      institutionName: row.institution_name,
      name: row.name,
      officialName: row.official_name,
      mask: row.mask,
      type: row.type,
      subtype: row.subtype,
      currency: row.currency,
      unofficialCurrency: row.unofficial_currency,
      verificationStatus: row.verification_status,
      holderCategory: row.holder_category,
      numberLast4: row.number_last4,
      search: row.search,
      closedAt: row.closed_at,
      balance: await latestBalance(db, row.id),
      opening: moneyOf(row.opening_minor, row.currency),
      gap: gaps.get(row.id) ?? null,
    })),
  );
}

async function latestBalance(db: Reader, feedAccountId: string): Promise<AccountView['balance']> {
  const row = await db
    .selectFrom('balance_snapshot')
    .selectAll()
    .where('feed_account_id', '=', feedAccountId)
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  if (!row) return null;
  return {
    current: moneyOf(row.current_minor, row.currency),
    available: moneyOf(row.available_minor, row.currency),
    takenAt: row.taken_at,
    source: row.source,
  };
}

function moneyOf(minor: bigint | null, currency: string | null): Money | null {
  return minor === null || currency === null ? null : { minor, currency };
}
