import type { Message } from '../../relay/protocol.ts';
import { instantNow } from '../core/clock.ts';
import { asDaybookError, DaybookError } from '../core/errors.ts';
import { type Channel, forgetChannel, openChannels, openSession, relayCalls } from './channel.ts';
import { pullEverything } from './inbox.ts';
import { DAYBOOK, type WebhookParts } from './parts.ts';
import { relayEvents } from './relay-stream.ts';

const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 60_000;
/** What a person must mend is looked at this often by itself. */
const REFUSED_PAUSE_MS = 10 * 60_000;
const LONGEST_ASKED_MS = 5 * 60_000;
/** Messages in memory that are not on disk yet; the relay sends more once these are. */
const MOST_UNSTORED = 500;
/** A restarting relay has all its desktops come back at once. */
const RESTART_SPREAD_MS = 2_000;

export type Held = {
  /** New messages are on disk. */
  readonly stored: () => void;
  /** Cuts a pause or a connection short, because the computer woke up or the settings changed. */
  readonly nudged: () => AbortSignal;
  /** Whether the relay still has messages from before this connection: readings wait for them a while. */
  readonly behind: (channel: string, isBehind: boolean) => void;
  /** The connection came or went. */
  readonly told: () => void;
};

/**
 * Keeps one channel connected until `stop`: stores what comes, durably and in order, then acknowledges it. After a break it
 * goes on behind the last one stored. Never throws for trouble of the relay or the way to it.
 */
export async function holdChannel(parts: WebhookParts, id: string, held: Held, stop: AbortSignal): Promise<void> {
  const { clock, random, log } = parts.ports;
  const tell = (link: string, sentence: string | null) => tellLink(parts, id, link, sentence, held.told);
  for (let failures = 0; !stop.aborted; ) {
    const channel = (await openChannels(parts.store.read)).find((one) => one.id === id);
    if (channel === undefined) return;
    const nudge = held.nudged();
    let pause: number;
    try {
      if (channel.link !== 'connected') await tell('connecting', null);
      const ended = await listen(parts, channel, held, AbortSignal.any([stop, nudge]), () => {
        failures = 0;
      });
      if (ended === 'revoked') {
        await forgetOrTell(parts, channel, held.told);
        pause = REFUSED_PAUSE_MS;
      } else pause = ended === 'expired' ? 0 : random.next() * RESTART_SPREAD_MS;
    } catch (thrown) {
      if (stop.aborted) break;
      // Woken up: connect again at once.
      if (nudge.aborted) continue;
      const error = asDaybookError(thrown);
      if (error.code === 'internal') log.error({ err: thrown }, 'the relay client failed');
      failures += 1;
      const grown = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(failures - 1, 10));
      const mustMend = !error.retryable && error.code !== 'answer_unexpected' && failures >= 3;
      pause = mustMend ? REFUSED_PAUSE_MS : Math.max(grown, Math.min(error.retryAfterMs ?? 0, LONGEST_ASKED_MS));
      // Full jitter: many desktops lose the same relay at the same moment. Half of it at least, to be no hammer.
      pause = pause / 2 + random.next() * (pause / 2);
      await tell(mustMend || !error.retryable ? 'refused' : 'waiting', error.message);
      if (channel.state === 'leaving' && error.providerCode === 'not_found') return forgetChannel(parts, id, DAYBOOK);
    }
    await clock.sleep(pause, AbortSignal.any([stop, held.nudged()])).catch(() => {});
  }
  await tell('off', null);
}

/** One connection, to its end. */
async function listen(
  parts: WebhookParts,
  channel: Channel,
  held: Held,
  stop: AbortSignal,
  onConnected: () => void,
): Promise<string> {
  const { id, relayUrl } = channel;
  const { token } = await openSession(parts, channel, stop);
  const calls = relayCalls(parts, relayUrl);
  let latest = 0;
  const store = createStoring(parts, channel, async (through) => {
    held.behind(id, through < latest);
    held.stored();
    // What is not acknowledged comes again, and the next acknowledgement covers this one.
    await calls.acknowledge(id, token, through, stop).catch((thrown: unknown) => {
      parts.ports.log.debug({ error: asDaybookError(thrown).toJSON() }, 'the relay did not take an acknowledgement');
    });
  });
  try {
    const url = `${relayUrl}/channels/${id}/messages?after=${channel.storedThrough}`;
    for await (const event of relayEvents(parts.ports, { url, token, stop })) {
      if (event.event === 'hello') {
        onConnected();
        latest = event.data.latest;
        held.behind(id, channel.storedThrough < latest);
        await store.greeted(event.data.acknowledged, latest);
        await tellLink(parts, id, 'connected', null, held.told);
      } else if (event.event === 'message') await store.add(event.data);
      else {
        await store.settled();
        return event.data.reason;
      }
    }
    await store.settled();
    throw new DaybookError('network_lost', 'The connection to the relay ended. Daybook connects again by itself.');
  } finally {
    held.behind(id, false);
    await store.settled();
  }
}

/** Puts messages on disk in the order of their sequence, as many together as have come, then has them acknowledged. */
function createStoring(parts: WebhookParts, channel: Channel, acknowledge: (through: number) => Promise<void>) {
  const { store, ports } = parts;
  let through = channel.storedThrough;
  let waiting: Message[] = [];
  let writing: Promise<void> | null = null;
  let failed: unknown;

  const drain = async () => {
    while (waiting.length > 0) {
      const batch = waiting;
      waiting = [];
      const at = instantNow(ports.clock);
      await store.writeDurably(async (trx) => {
        let last = through;
        for (const { sequence, provider, receivedAt, keyVersion, sealed } of batch) {
          if (sequence <= last) continue;
          // Sequences are dense: between them something was forgotten before we had it.
          if (sequence !== last + 1) await pullEverything(trx, ports.clock);
          last = sequence;
          const row = { channel: channel.id, sequence, provider, received_at: receivedAt, key_version: keyVersion };
          await trx
            .insertInto('relay_message')
            .values({ ...row, sealed: Buffer.from(sealed, 'base64url'), attempts: 0 })
            .onConflict((conflict) => conflict.columns(['channel', 'sequence']).doNothing())
            .execute();
        }
        await trx
          .updateTable('relay_channel')
          .set({ stored_through: last, heard_at: at })
          .where('id', '=', channel.id)
          .execute();
        through = last;
      });
      await acknowledge(through);
    }
  };

  const begin = () => {
    writing ??= drain()
      .catch((thrown: unknown) => {
        failed = thrown;
      })
      .finally(() => {
        writing = null;
      });
  };

  const settled = async () => {
    while (writing !== null) await writing;
    if (failed !== undefined) throw failed;
  };

  return {
    settled,
    /** Where the relay stands. It may have forgotten what we never had, or be a restored copy that counts anew. */
    greeted: async (acknowledged: number, latest: number) => {
      const from = Math.min(through, latest);
      if (acknowledged <= through && from === through) {
        if (acknowledged < through) await acknowledge(through);
        return;
      }
      through = Math.max(from, acknowledged);
      await store.writeDurably(async (trx) => {
        await pullEverything(trx, ports.clock);
        await trx
          .deleteFrom('relay_message')
          .where('channel', '=', channel.id)
          .where('sequence', '>', BigInt(through))
          .execute();
        await trx.updateTable('relay_channel').set({ stored_through: through }).where('id', '=', channel.id).execute();
      });
      await acknowledge(through);
    },
    add: async (message: Message) => {
      if (failed !== undefined) throw failed;
      waiting.push(message);
      begin();
      if (waiting.length >= MOST_UNSTORED) await settled();
    },
  };
}

/** Ended by another computer of the workspace, or by the relay's owner. */
async function forgetOrTell(parts: WebhookParts, channel: Channel, told: () => void): Promise<void> {
  if (channel.state === 'leaving') return forgetChannel(parts, channel.id, DAYBOOK);
  const sentence = 'The channel at the relay was ended on another computer. Make a new channel.';
  return tellLink(parts, channel.id, 'refused', sentence, told);
}

async function tellLink(
  { store, ports }: WebhookParts,
  id: string,
  link: string,
  sentence: string | null,
  told: () => void,
): Promise<void> {
  const present = await store.read
    .selectFrom('relay_channel')
    .select(['link', 'link_sentence'])
    .where('id', '=', id)
    .executeTakeFirst();
  if (present === undefined || (present.link === link && present.link_sentence === sentence)) return;
  await store.write((trx) =>
    trx
      .updateTable('relay_channel')
      .set({ link, link_sentence: sentence, link_at: instantNow(ports.clock) })
      .where('id', '=', id)
      .execute(),
  );
  told();
}
