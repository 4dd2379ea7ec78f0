import type { Connector } from '../../connectors/capabilities.ts';
import { can } from '../../connectors/capabilities.ts';
import type { SignInState } from '../../connectors/sign-in.ts';
import { instantOf } from '../../core/calendar.ts';
import { type Clock, instantNow } from '../../core/clock.ts';
import { asDaybookError } from '../../core/errors.ts';
import type { Reader } from '../../store/store.ts';
import type { FeedContext } from '../open-feed.ts';
import { ending } from './ending.ts';
import { type Event, LONGEST_PAUSE_MS } from './machine.ts';
import { signInEvents } from './sign-in-events.ts';
import { stepConnection, stepFeed } from './step.ts';

/**
 * What the calendar says without asking anybody: ends of consents, sign-ins and secrets are announced a week before, a
 * day that has come ends the access, data that nobody renewed grows old. To be called daily or more often.
 */
export async function keepUpLifecycles(parts: FeedContext): Promise<void> {
  const { store, ports } = parts;
  const feeds = await store.read
    .selectFrom('feed')
    .select(['id', 'bank_updated_at', 'consent_expires_at'])
    .where('state', '<>', 'removed')
    .orderBy('created_at')
    .execute();
  const at = instantNow(ports.clock);
  for (const feed of feeds) {
    const events: Event[] = [
      ...ending('consent', feed.consent_expires_at, at),
      { kind: 'time_passed', reachedAt: feed.bank_updated_at },
    ];
    await store.write((trx) => stepFeed(trx, ports, feed.id, events, 'clock'));
  }
  const connections = await store.read
    .selectFrom('connection')
    .select(['id', 'kind', 'config_json'])
    .where('state', '<>', 'removed')
    .orderBy('created_at')
    .execute();
  for (const { id, kind, config_json } of connections) {
    const secretEnds = parts.moduleFor(kind)?.secretEndsAt?.(JSON.parse(config_json)) ?? null;
    const events: Event[] = [
      ...(secretEnds === null ? [] : ending('secret', secretEnds, at)),
      { kind: 'time_passed', reachedAt: null },
    ];
    await store.write((trx) => stepConnection(trx, ports, id, events, 'clock'));
    await keepSignInState(parts, id);
  }
}

/** Takes the sign-in of a connection into its state; nothing where it has none or cannot be opened. */
async function keepSignInState(parts: FeedContext, connectionId: string): Promise<void> {
  const { store, ports } = parts;
  const told = await signInOfConnection(parts, connectionId);
  if (told === null) return;
  const events = signInEvents(told.state, told.title, ports.clock);
  await store.write((trx) => stepConnection(trx, ports, connectionId, events, 'poll'));
}

async function signInOfConnection(
  parts: FeedContext,
  connectionId: string,
): Promise<{ state: SignInState; title: string } | null> {
  let connector: Connector;
  try {
    connector = await parts.connector(connectionId);
    if (!can(connector, 'signInState')) return null;
    return {
      state: await connector.signInState(),
      title: parts.moduleFor(connector.kind)?.manifest.title ?? connector.kind,
    };
  } catch (thrown) {
    if (asDaybookError(thrown).code === 'internal') throw thrown;
    return null;
  }
}

/** Feeds whose pause is over: they are to be fetched again, without a person. */
export async function dueRetries(db: Reader, clock: Clock): Promise<string[]> {
  const rows = await db
    .selectFrom('lifecycle')
    .select('subject')
    .where('subject', 'like', `${FEED}%`)
    .where((eb) =>
      eb.or([
        eb('until', '<=', instantNow(clock)),
        // Noted by a clock that has been set back since.
        eb('until', '>', instantOf(clock.now() + LONGEST_PAUSE_MS)),
      ]),
    )
    .orderBy('until')
    .execute();
  const due = rows.map(({ subject }) => subject.slice(FEED.length));
  const live = await db
    .selectFrom('feed')
    .select('id')
    .where('id', 'in', [...due, ''])
    .where('state', '=', 'retrying')
    .execute();
  return due.filter((id) => live.some((feed) => feed.id === id));
}

const FEED = 'feed:';
