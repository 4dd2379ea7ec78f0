import { sealedNotice } from '../../relay/protocol.ts';
import { can } from '../connectors/capabilities.ts';
import type { NoticeVerdict, RawNotice } from '../connectors/webhooks.ts';
import { instantOf } from '../core/calendar.ts';
import { instantNow, yieldToOthers } from '../core/clock.ts';
import { asDaybookError, type DaybookError } from '../core/errors.ts';
import { keysOf } from './channel.ts';
import type { ChannelKeys } from './channel-keys.ts';
import { countNotice, type GenuineNotice, takeIn, type Verdict } from './inbox.ts';
import type { WebhookParts } from './parts.ts';
import { addressIsInUse, pathSecretOf, providerOfSecret } from './path-secrets.ts';

/** Judged and written together; between two such the screens have their turn. */
const AT_ONCE = 50;
const FIRST_WAIT_MS = 5_000;
const LONGEST_WAIT_MS = 3_600_000;
/** With the pauses above, about a day. */
const MOST_ATTEMPTS = 30;

type Waiting = {
  readonly channel: string;
  readonly sequence: bigint;
  readonly provider: string;
  readonly key_version: bigint;
  readonly sealed: Uint8Array;
  readonly attempts: bigint;
};

type Judged =
  | { readonly message: Waiting; readonly genuine: Omit<GenuineNotice, 'source'> }
  | { readonly message: Waiting; readonly refused: { provider: string; verdict: Verdict; why: string } }
  /** Nothing is to be counted: the provider tried the address. */
  | { readonly message: Waiting; readonly nothing: true }
  /** It cannot be judged just now. */
  | { readonly message: Waiting; readonly later: DaybookError };

/**
 * Judges stored messages, oldest first, new ones before those that wait for another try. Verdict, reasons and the
 * message's deletion are one transaction: after a crash a message is judged again, or not at all.
 * @returns how many were taken up; 0: nothing is due
 */
export async function judgeSome(parts: WebhookParts, stop: AbortSignal): Promise<number> {
  const { store, ports } = parts;
  const now = instantNow(ports.clock);
  const messages = await store.read
    .selectFrom('relay_message')
    .selectAll()
    .where((eb) => eb.or([eb('next_attempt_at', 'is', null), eb('next_attempt_at', '<=', now)]))
    .orderBy('attempts')
    .orderBy('channel')
    .orderBy('sequence')
    .limit(AT_ONCE)
    .execute();
  if (messages.length === 0) return 0;
  const context = await judgingContext(parts, stop);
  const judged: Judged[] = [];
  for (const message of messages) {
    stop.throwIfAborted();
    judged.push(await judge(message, context));
    await yieldToOthers();
  }
  await store.write(async (trx) => {
    for (const one of judged) {
      const { channel, sequence, attempts } = one.message;
      if ('later' in one) {
        await trx
          .updateTable('relay_message')
          .set({ attempts: attempts + 1n, next_attempt_at: instantOf(ports.clock.now() + pauseFor(one)) })
          .where('channel', '=', channel)
          .where('sequence', '=', sequence)
          .execute();
        continue;
      }
      const gone = await trx
        .deleteFrom('relay_message')
        .where('channel', '=', channel)
        .where('sequence', '=', sequence)
        .executeTakeFirst();
      // Judged by another process meanwhile.
      if (gone.numDeletedRows === 0n) continue;
      if ('genuine' in one) {
        await takeIn(trx, { clock: ports.clock, onNotice: parts.onNotice }, { ...one.genuine, source: 'relay' });
        const { provider, connectionId } = one.genuine;
        if (providerOfSecret(provider) !== null) await addressIsInUse(trx, parts, { connectionId, channel });
      }
      if ('refused' in one) await countNotice(trx, ports.clock, one.refused);
    }
  });
  return judged.length;
}

/** When the next waiting message is due, in milliseconds from now; null when none waits. */
export async function nextJudgingIn({ store, ports }: WebhookParts): Promise<number | null> {
  const row = await store.read
    .selectFrom('relay_message')
    .select((eb) => [eb.fn.min('next_attempt_at').as('at'), eb.fn.countAll().as('count')])
    .executeTakeFirst();
  if (!row || Number(row.count) === 0) return null;
  return row.at === null ? 0 : Math.max(0, Date.parse(row.at) - ports.clock.now());
}

function pauseFor({ message, later }: Extract<Judged, { later: DaybookError }>): number {
  const grown = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(20, Number(message.attempts)));
  return Math.max(grown, Math.min(later.retryAfterMs ?? 0, LONGEST_WAIT_MS));
}

type Context = WebhookParts & {
  readonly stop: AbortSignal;
  readonly connections: ReadonlyArray<{ readonly id: string; readonly kind: string }>;
  readonly keys: (channel: string, version: number) => Promise<ChannelKeys>;
  readonly knowsFeed: (connectionId: string, providerFeedId: string) => Promise<boolean>;
};

async function judgingContext(parts: WebhookParts, stop: AbortSignal): Promise<Context> {
  const connections = await parts.store.read
    .selectFrom('connection')
    .select(['id', 'kind'])
    .where('state', '<>', 'removed')
    .orderBy('created_at')
    .execute();
  const opened = new Map<string, Promise<ChannelKeys>>();
  const keys = (channel: string, version: number) => {
    const name = `${channel} ${version}`;
    const found = opened.get(name) ?? keysOf(parts, channel, version);
    opened.set(name, found);
    return found;
  };
  const feeds = new Map<string, Promise<boolean>>();
  const knows = (connectionId: string, providerFeedId: string) => {
    const name = `${connectionId} ${providerFeedId}`;
    const found = feeds.get(name) ?? knowsFeed(parts, connectionId, providerFeedId);
    feeds.set(name, found);
    return found;
  };
  return { ...parts, stop, connections, keys, knowsFeed: knows };
}

async function judge(message: Waiting, context: Context): Promise<Judged> {
  const { provider } = message;
  const refused = (verdict: Verdict, why: string): Judged => ({ message, refused: { provider, verdict, why } });
  try {
    const opened = await open(message, context);
    if (opened === null) return refused('unreadable', 'The notice is not sealed to the keys of this workspace.');
    return await judgeOpened(message, opened, context);
  } catch (thrown) {
    const error = asDaybookError(thrown);
    if (context.stop.aborted || error.code === 'cancelled') throw thrown;
    if (error.code === 'internal') context.ports.log.error({ provider, err: thrown }, 'a notice could not be judged');
    if (error.code === 'secret_missing' || Number(message.attempts) + 1 >= MOST_ATTEMPTS)
      return refused('unchecked', error.message);
    return { message, later: error };
  }
}

/** The notice inside the box. What stands beside the box is the relay's word alone, so both must agree. */
async function open(message: Waiting, { keys }: Context): Promise<RawNotice | null> {
  const { channel, provider, key_version, sealed } = message;
  const text = (await keys(channel, Number(key_version))).open(sealed);
  if (text === null) return null;
  const parsed = sealedNotice.safeParse(jsonOf(text));
  if (!parsed.success || parsed.data.channel !== channel || parsed.data.provider !== provider) return null;
  const { headers, body, receivedAt, pathSecret } = parsed.data;
  return { headers: new Map(headers), body: Buffer.from(body, 'base64url'), receivedAt, pathSecret };
}

/** The kinder verdict wins: a notice is for one of several connections, and forged in the eyes of the others. */
const ORDER: readonly NoticeVerdict['verdict'][] = ['forged', 'stale', 'unknown_key', 'unreadable', 'other'];

async function judgeOpened(message: Waiting, notice: RawNotice, context: Context): Promise<Judged> {
  const { provider, channel } = message;
  const secretOf = providerOfSecret(provider);
  const verdicts: Array<{ verdict: Verdict; why: string }> = [];
  let later: DaybookError | null = null;
  for (const { id, kind } of context.connections) {
    if (kind !== provider) continue;
    try {
      const connector = await context.connector(id);
      if (!can(connector, 'translateNotice')) continue;
      const verdict = await connector.translateNotice(notice, {
        knowsFeed: (providerFeedId) => context.knowsFeed(id, providerFeedId),
        ownPathSecret: async () => (secretOf === null ? null : pathSecretOf(context, channel, secretOf, id)),
        stop: context.stop,
      });
      if (verdict.verdict === 'ping') return { message, nothing: true };
      if (verdict.verdict === 'genuine')
        return { message, genuine: { provider, connectionId: id, receivedAt: notice.receivedAt, verdict } };
      verdicts.push(verdict);
    } catch (thrown) {
      later ??= asDaybookError(thrown);
    }
  }
  if (later !== null) throw later;
  const found = ORDER.map((name) => verdicts.find(({ verdict }) => verdict === name)).find((one) => one !== undefined);
  const { verdict, why } = found ?? { verdict: 'unknown', why: 'There is no connection that could check it.' };
  return { message, refused: { provider, verdict: verdict === 'other' ? 'unknown' : verdict, why } };
}

async function knowsFeed({ store }: WebhookParts, connectionId: string, providerFeedId: string): Promise<boolean> {
  const row = await store.read
    .selectFrom('feed')
    .select('id')
    .where('connection_id', '=', connectionId)
    .where('provider_feed_id', '=', providerFeedId)
    .where('state', '<>', 'removed')
    .executeTakeFirst();
  return row !== undefined;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
