import { record } from '../../audit/trail.ts';
import type { ConnectionFact } from '../../connectors/webhooks.ts';
import { epochOf, type Instant } from '../../core/calendar.ts';
import { instantNow } from '../../core/clock.ts';
import { DaybookError } from '../../core/errors.ts';
import type { Writer } from '../../store/store.ts';
import type { Event } from './machine.ts';
import { failed, type StepPorts, stepConnection, stepFeed } from './step.ts';

/** A verified notice about a connection or one of its banks; see webhooks/notice.ts. */
export type LifecycleNotice = {
  readonly connectionId: string;
  readonly feedId: string | null;
  readonly receivedAt: Instant;
  readonly fact: ConnectionFact;
};

/**
 * What a notice means for the state of its connection. Notices come late, twice and out of order: one that is older
 * than what we read since says nothing any more. A pull follows in any case, so a wrong word is put right at once.
 */
export function lifecycleOnNotice(ports: StepPorts): (trx: Writer, notice: LifecycleNotice) => Promise<void> {
  return async (trx, notice) => {
    const { connectionId, feedId, fact } = notice;
    if (fact.kind === 'account_revoked') return closeAccount(trx, ports, notice, fact.providerAccountId);
    const event = eventOf(fact, ports);
    if (event === null) return;
    if (feedId === null) {
      await stepConnection(trx, ports, connectionId, [event], 'webhook');
      return;
    }
    if (await isOutdated(trx, feedId, notice, event)) return;
    await stepFeed(trx, ports, feedId, [event], 'webhook');
  };
}

function eventOf(fact: ConnectionFact, ports: StepPorts): Event | null {
  switch (fact.kind) {
    case 'trouble': {
      const { code, sentence, providerCode } = fact.trouble;
      return failed(new DaybookError(code, sentence, { providerCode }), ports);
    }
    case 'access_revoked':
      return failed(
        new DaybookError(
          'access_revoked',
          'The access to this bank was withdrawn by its holder. Sign in again to allow it anew.',
        ),
        ports,
      );
    case 'login_repaired':
      return { kind: 'login_repaired' };
    case 'disconnect_pending':
      return { kind: 'ends', ending: { what: 'access', on: fact.at } };
    case 'consent_expiring':
      return { kind: 'ends', ending: { what: 'consent', on: fact.at } };
    case 'new_accounts':
      return { kind: 'accounts_offered' };
    case 'account_revoked':
    case 'account_numbers_changed':
    case 'address_acknowledged':
    case 'link_finished':
      return null;
  }
}

/** True when a later answer of the provider has told more than the notice knows. */
async function isOutdated(
  trx: Writer,
  feedId: string,
  { receivedAt }: LifecycleNotice,
  event: Event,
): Promise<boolean> {
  const { last_success_at, state_at } = await trx
    .selectFrom('feed')
    .select(['last_success_at', 'state_at'])
    .where('id', '=', feedId)
    .executeTakeFirstOrThrow();
  const isLater = (at: Instant | null) => at !== null && epochOf(at) > epochOf(receivedAt);
  if (event.kind === 'failed') return isLater(last_success_at);
  if (event.kind === 'login_repaired') return isLater(state_at);
  return (
    event.kind === 'ends' &&
    event.ending.on !== null &&
    isLater(last_success_at) &&
    isPast(event.ending.on, last_success_at)
  );
}

function isPast(on: Instant, at: Instant | null): boolean {
  return at !== null && epochOf(on) <= epochOf(at);
}

/** One account's access was withdrawn; the others of the login go on. It reopens by itself when the bank lists it again. */
async function closeAccount(
  trx: Writer,
  { clock }: StepPorts,
  { feedId, receivedAt }: LifecycleNotice,
  providerAccountId: string,
): Promise<void> {
  if (feedId === null) return;
  const account = await trx
    .selectFrom('feed_account')
    .select(['id', 'name', 'last_seen_at', 'closed_at'])
    .where('feed_id', '=', feedId)
    .where('provider_account_id', '=', providerAccountId)
    .executeTakeFirst();
  if (account === undefined || account.closed_at !== null) return;
  if (epochOf(account.last_seen_at) > epochOf(receivedAt)) return;
  await trx
    .updateTable('feed_account')
    .set({ closed_at: instantNow(clock) })
    .where('id', '=', account.id)
    .execute();
  await record(trx, clock, {
    actor: 'daybook',
    action: 'feed_account.access_withdrawn',
    subject: `feed_account:${account.id}`,
    data: { name: account.name },
  });
}
