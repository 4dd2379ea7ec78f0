/** Webhooks by relay: the channel, what comes through it, and the readings that it leads to. */
import { record } from '../audit/trail.ts';
import { instantOf } from '../core/calendar.ts';
import { asDaybookError } from '../core/errors.ts';
import { acquireLease } from '../store/leases.ts';
import { readSetting, writeSetting } from '../store/settings.ts';
import { keepAddresses } from './addresses.ts';
import {
  endChannel,
  hookAddress,
  liveChannel,
  makeChannel,
  openChannels,
  rotateChannel,
  saveEnrolment,
} from './channel.ts';
import { type Held, holdChannel } from './hold-channel.ts';
import { pruneInbox } from './inbox.ts';
import { judgeSome, nextJudgingIn } from './judge.ts';
import { DAYBOOK, type WebhookParts } from './parts.ts';
import { createPuller, type ReadsAnew } from './pull-reasons.ts';
import { readSentLists } from './sent-lists.ts';
import { checkedRelayUrl, webhookSetting } from './settings.ts';
import { showAddress } from './show-address.ts';
import { createSignInReturns, type SignInReturns } from './sign-in-return.ts';
import { createSignal } from './signal.ts';
import { readStatus, type WebhookStatus } from './status.ts';

export type { OnNotice, TranslatedNotice } from './notice.ts';
export type { WebhookParts } from './parts.ts';
export type { Pulled, ReadsAnew } from './pull-reasons.ts';
export type { WebhookStatus } from './status.ts';

export type Configuration = {
  /** Null: off. Left out: as it is. */
  readonly relayUrl?: string | null;
  readonly readLists?: boolean;
  /** What the relay's owner lets his own people in by. */
  readonly enrolment?: string;
};

export type Webhooks = {
  status(): Promise<WebhookStatus>;
  /**
   * Switches webhooks on or off. On: makes a channel and sets the addresses; off: takes them away and ends the channel.
   * What cannot be done just now, because the relay is away, is done once it is back. @throws DaybookError `usage`
   */
  configure(change: Configuration, actor: string, stop: AbortSignal): Promise<void>;
  /** New keys; the addresses stay. */
  rotateKeys(actor: string, stop: AbortSignal): Promise<void>;
  /** A new channel with new addresses in place of the present one, which is emptied first. */
  renewChannel(actor: string, stop: AbortSignal): Promise<void>;
  /** Sets every address now, also those that failed. Returns how many were changed. */
  setAddresses(stop: AbortSignal): Promise<number>;
  /** Where a provider of this kind is to send its notices; null while there is no channel, or for another kind. */
  addressFor(kind: string): Promise<string | null>;
  /**
   * The address of a connection whose provider does not sign, with the secret at its end, for a person to enter there. The
   * trail keeps that it was shown. @throws DaybookError `not_supported`, `usage` while webhooks are off, of the relay
   */
  showAddress(connectionId: string, actor: string, stop: AbortSignal): Promise<string>;
  readonly signIns: SignInReturns;
  /** Listens, judges and reads, until `stop`. One process of a workspace does so; another one waits to take its place. */
  listen(reads: ReadsAnew, changed: () => void, stop: AbortSignal): Promise<void>;
  /** The computer woke up, or something was connected: look at everything now. */
  nudge(): void;
};

/** A day longer than the relay keeps messages, and than a notice may be old. */
const KEPT_MS = 40 * 86_400_000;
const LEASE_MS = 60_000;
const LOOK_MS = 5_000;
/** A look that comes this much later than it was to: the computer slept. */
const SLEPT_MS = 15_000;
const ADDRESSES_EVERY_MS = 30_000;
const LISTS_EVERY_MS = 5 * 60_000;
const PRUNE_EVERY_MS = 86_400_000;
/** After the addresses were changed a provider may still be trying the former one. */
const LEAVING_MS = 3_600_000;

export function createWebhooks(parts: WebhookParts): Webhooks {
  const { store, ports } = parts;
  const { clock, log } = ports;
  const look = createSignal(clock);
  const stored = createSignal(clock);
  const wanted = createSignal(clock);
  let nudging = new AbortController();
  let judging = false;
  let lastStoredAt = Number.NEGATIVE_INFINITY;
  /** Channels whose relay still has messages from before. */
  const behind = new Set<string>();

  const nudge = () => {
    nudging.abort();
    nudging = new AbortController();
    for (const signal of [look, stored, wanted]) signal.raise();
  };

  /** Trouble of the relay or a provider is shown where it belongs, and tried again; it ends no loop. */
  const quietly = async (what: string, work: () => Promise<unknown>) => {
    try {
      await work();
    } catch (thrown) {
      const error = asDaybookError(thrown);
      if (error.code === 'internal') log.error({ err: thrown }, what);
      else if (error.code !== 'cancelled') log.warn({ error: error.toJSON() }, what);
    }
  };

  const judgeAll = async (changed: () => void, stop: AbortSignal) => {
    for (let news = false; !stop.aborted; ) {
      judging = true;
      let count = 0;
      await quietly('notices could not be judged', async () => {
        count = await judgeSome(parts, stop);
      });
      if (count > 0) {
        news = true;
        wanted.raise();
        continue;
      }
      judging = false;
      if (news) changed();
      news = false;
      wanted.raise();
      const next = await nextJudgingIn(parts).catch(() => null);
      await stored.wait(Math.max(1_000, Math.min(next ?? 60_000, 60_000)), stop);
    }
  };

  /** Whether there is anything to listen to, to empty, or to read. */
  const isOn = async () => {
    const { relayUrl, readLists } = await readSetting(store.read, webhookSetting);
    return relayUrl !== null || readLists || (await openChannels(store.read)).length > 0;
  };

  /** What is due now and then: addresses of what was connected meanwhile, lists, old rows, channels that were left. */
  const keepUp = async (changed: () => void, stop: AbortSignal) => {
    const last = {
      addresses: Number.NEGATIVE_INFINITY,
      lists: Number.NEGATIVE_INFINITY,
      prune: Number.NEGATIVE_INFINITY,
    };
    const isDue = (name: keyof typeof last, everyMs: number) => {
      if (clock.now() - last[name] < everyMs) return false;
      last[name] = clock.now();
      return true;
    };
    while (!stop.aborted && (await isOn())) {
      const { relayUrl, readLists } = await readSetting(store.read, webhookSetting);
      if (relayUrl !== null && (await liveChannel(store.read))?.relayUrl !== relayUrl)
        await quietly('the channel could not be made', () => makeChannel(parts, relayUrl, DAYBOOK, stop));
      if (isDue('addresses', ADDRESSES_EVERY_MS))
        await quietly('addresses of notices could not be set', async () => {
          if ((await keepAddresses(parts, stop)) > 0) changed();
        });
      if (readLists && isDue('lists', LISTS_EVERY_MS))
        await quietly('the lists of notices could not be read', async () => {
          if ((await readSentLists(parts, stop)) > 0) wanted.raise();
        });
      if (isDue('prune', PRUNE_EVERY_MS))
        await quietly('old notices could not be forgotten', () =>
          store.write((trx) => pruneInbox(trx, instantOf(clock.now() - KEPT_MS))),
        );
      await quietly('a former channel could not be ended', () => endLeft(parts, relayUrl === null, stop));
      const before = nudging.signal;
      await look.wait(ADDRESSES_EVERY_MS, stop);
      if (before.aborted) last.addresses = last.lists = Number.NEGATIVE_INFINITY;
    }
  };

  const holdAll = async (changed: () => void, stop: AbortSignal) => {
    const held: Held = {
      ...{ nudged: () => nudging.signal, told: changed },
      stored: () => {
        lastStoredAt = clock.now();
        stored.raise();
      },
      behind: (channel, isBehind) => {
        if (isBehind) behind.add(channel);
        else if (behind.delete(channel)) wanted.raise();
      },
    };
    const holding = new Map<string, Promise<void>>();
    let looked = clock.now();
    while (!stop.aborted) {
      for (const { id } of await openChannels(store.read)) {
        if (holding.has(id)) continue;
        holding.set(
          id,
          holdChannel(parts, id, held, stop)
            .catch((thrown: unknown) => log.error({ err: thrown }, 'a channel could not be held'))
            .finally(() => holding.delete(id)),
        );
      }
      await look.wait(LOOK_MS, stop);
      const now = clock.now();
      if (now - looked > LOOK_MS + SLEPT_MS) nudge();
      looked = now;
    }
    await Promise.all(holding.values());
  };

  const listenOnce = async (reads: ReadsAnew, changed: () => void, stop: AbortSignal) => {
    const { random, processes } = ports;
    const lease = await acquireLease(store, { name: 'webhooks', clock, random, processes, ttlMs: LEASE_MS });
    // Another process of this workspace listens.
    if (lease === null) return;
    const lost = new AbortController();
    const going = AbortSignal.any([stop, lost.signal]);
    const renew = async () => {
      while (!going.aborted) {
        await clock.sleep(LEASE_MS / 3, going).catch(() => {});
        if (going.aborted) return;
        // Another process has it: it slept too long, and must not go on beside the other one.
        await lease.renew().catch(() => lost.abort());
      }
    };
    const arriving = { isGathering: () => judging || behind.size > 0, lastAt: () => lastStoredAt };
    const puller = createPuller(parts, reads, wanted, arriving);
    const keepUntilOff = async () => {
      await keepUp(changed, going);
      lost.abort();
    };
    try {
      await Promise.all([
        renew(),
        keepUntilOff(),
        holdAll(changed, going),
        judgeAll(changed, going),
        puller.run(going),
      ]);
    } finally {
      lost.abort();
      await lease.release();
    }
  };

  return {
    status: () => readStatus(parts),
    nudge,
    signIns: createSignInReturns(parts),
    listen: async (reads, changed, stop) => {
      while (!stop.aborted) {
        if (await isOn()) await listenOnce(reads, changed, stop);
        await look.wait(LOOK_MS, stop);
      }
    },
    addressFor: async (kind) => {
      const { relayUrl } = await readSetting(store.read, webhookSetting);
      const channel = relayUrl === null ? null : await liveChannel(store.read);
      return channel && hookAddress(channel, kind);
    },
    showAddress: (connectionId, actor, stop) => showAddress(parts, connectionId, actor, stop),
    configure: async ({ relayUrl, readLists, enrolment }, actor, stop) => {
      const before = await readSetting(store.read, webhookSetting);
      const next = {
        relayUrl: relayUrl === undefined ? before.relayUrl : relayUrl === null ? null : checkedRelayUrl(relayUrl),
        readLists: readLists ?? before.readLists,
      };
      if (enrolment !== undefined && enrolment !== '') await saveEnrolment(parts, enrolment, actor);
      if (next.relayUrl !== null && (await liveChannel(store.read))?.relayUrl !== next.relayUrl)
        await makeChannel(parts, next.relayUrl, actor, stop);
      await store.write(async (trx) => {
        await writeSetting(trx, clock, webhookSetting, next);
        await record(trx, clock, {
          actor,
          action: 'webhooks.configured',
          subject: 'webhooks:relay',
          data: { ...next },
        });
      });
      await keepAddresses(parts, stop, true);
      await quietly('a former channel could not be ended', () => endLeft(parts, next.relayUrl === null, stop));
      nudge();
    },
    rotateKeys: async (actor, stop) => {
      const channel = await liveChannel(store.read);
      if (channel !== null) await rotateChannel(parts, channel, actor, stop);
      nudge();
    },
    renewChannel: async (actor, stop) => {
      const { relayUrl } = await readSetting(store.read, webhookSetting);
      if (relayUrl !== null) await makeChannel(parts, relayUrl, actor, stop);
      await keepAddresses(parts, stop, true);
      nudge();
    },
    setAddresses: async (stop) => {
      const changed = await keepAddresses(parts, stop, true);
      nudge();
      return changed;
    },
  };
}

/** Ends channels that another took the place of once nothing is sent to them any more; all of them when webhooks are off. */
async function endLeft(parts: WebhookParts, all: boolean, stop: AbortSignal): Promise<void> {
  const pending = await parts.store.read
    .selectFrom('notice_address')
    .select('place')
    .where('state', '=', 'failed')
    .execute();
  for (const channel of await openChannels(parts.store.read)) {
    const leftFor = channel.leftAt === null ? 0 : parts.ports.clock.now() - Date.parse(channel.leftAt);
    const left = channel.state === 'leaving' && pending.length === 0 && leftFor > LEAVING_MS;
    if (all || left) await endChannel(parts, channel, DAYBOOK, stop);
  }
}
