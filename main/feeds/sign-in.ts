import { createHash, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { record } from '../audit/trail.ts';
import { type Connector, can, type Stop } from '../connectors/capabilities.ts';
import type { SignInState, SignsInByBrowser } from '../connectors/sign-in.ts';
import { epochOf, type Instant, instantOf } from '../core/calendar.ts';
import { asDaybookError, DaybookError, type SerialError } from '../core/errors.ts';
import { clearSetting, readSetting, type Setting, writeSetting } from '../store/settings.ts';
import type { FeedParts } from './connections.ts';
import { signInEvents } from './lifecycle/sign-in-events.ts';
import { stepConnection } from './lifecycle/step.ts';
import type { FeedContext } from './open-feed.ts';
import { readSignInReturn, refusedReturn } from './sign-in-return.ts';

const DAY_MS = 86_400_000;
/** A person looks for a password, a second factor, a colleague. */
const OPEN_MS = 15 * 60_000;
/** A sign-in that ends sooner is told. */
const WARN_DAYS = 7;
const STATE_BYTES = 32;

/** How a connection stands with its sign-in, and what a person must know of it. */
export type SignInView = SignInState & { readonly warning: string | null };

export type StartedSignIn = {
  /** To be opened in the system browser. */
  readonly url: string;
  /** Where the browser lands; its whole address is pasted to `finishSignIn`. */
  readonly returnsTo: string;
  readonly expiresAt: Instant;
};

const openSchema = z.object({ stateHash: z.string(), expiresAt: z.string() }).nullable();

/** The one sign-in of a connection that is under way; only a hash of its state is kept. */
function openSignIn(connectionId: string): Setting<z.output<typeof openSchema>> {
  return { name: `sign_in:${connectionId}`, schema: openSchema, fallback: null };
}

/** Begins a sign-in; one that was begun before for the same connection no longer counts. */
export async function startSignIn(parts: FeedContext, connectionId: string, actor: string): Promise<StartedSignIn> {
  const { store, ports } = parts;
  const connector = signingIn(await parts.connector(connectionId));
  const state = Buffer.from(ports.random.bytes(STATE_BYTES)).toString('base64url');
  const expiresAt = instantOf(ports.clock.now() + OPEN_MS);
  await store.writeDurably(async (trx) => {
    const open = { stateHash: hashOf(state).toString('hex'), expiresAt };
    await writeSetting(trx, ports.clock, openSignIn(connectionId), open);
    const subject = `connection:${connectionId}`;
    await record(trx, ports.clock, { actor, action: 'connection.sign_in_started', subject, data: {} });
  });
  return { url: connector.signInUrl(state), returnsTo: connector.signInReturnsTo(), expiresAt };
}

/**
 * Ends a sign-in with the address at which the browser landed. Its state is verified before anything of it is used.
 * @throws DaybookError `usage` (no such address), `link_expired` (none under way, another one's, too late; code used),
 * `not_permitted`, `registration_needed`, `wrong_keys`, errors of the transport.
 */
export async function finishSignIn(
  parts: FeedContext,
  connectionId: string,
  address: string,
  actor: string,
  stop?: Stop,
): Promise<SignInView> {
  const { store, ports } = parts;
  const connector = signingIn(await parts.connector(connectionId));
  const returned = readSignInReturn(address);
  await verifyState(parts, connectionId, returned.state);
  const end = () => store.write((trx) => clearSetting(trx, openSignIn(connectionId)));
  if ('error' in returned) {
    await end();
    throw refusedReturn(returned.error, titleOf(parts, connector.kind));
  }
  let state: SignInState;
  try {
    state = await connector.finishSignIn(returned.code, stop);
  } catch (thrown) {
    const { code, retryable } = asDaybookError(thrown);
    // A code that was refused is worth nothing; after trouble on the way the same address may be tried again.
    if (code === 'link_expired' || !retryable) await end();
    throw thrown;
  }
  await store.writeDurably(async (trx) => {
    await clearSetting(trx, openSignIn(connectionId));
    await record(trx, ports.clock, {
      actor,
      action: 'connection.signed_in',
      subject: `connection:${connectionId}`,
      data: { user: state.user, endsAt: state.endsAt },
    });
    const events = signInEvents(state, titleOf(parts, connector.kind), ports.clock);
    await stepConnection(trx, ports, connectionId, events, 'person');
  });
  return signInView(state, ports.clock.now());
}

/** Null for a connection without a sign-in, and for one that cannot be opened, for a secret that is missing. */
export async function signInOf(parts: FeedContext, connectionId: string): Promise<SignInView | null> {
  try {
    const connector = await parts.connector(connectionId);
    return can(connector, 'signInState') ? signInView(await connector.signInState(), parts.ports.clock.now()) : null;
  } catch (thrown) {
    if (asDaybookError(thrown).code === 'internal') throw thrown;
    return null;
  }
}

export type KeptSignIn = {
  readonly connectionId: string;
  readonly connection: string;
  readonly signIn: SignInView | null;
  /** Why it could not be asked; the next look tries again. */
  readonly error: SerialError | null;
};

/** Uses every sign-in that would otherwise run out. The trouble of one does not keep the others from theirs. */
export async function keepSignedIn(parts: FeedContext, stop?: Stop): Promise<KeptSignIn[]> {
  const rows = await parts.store.read
    .selectFrom('connection')
    .select(['id', 'kind', 'name'])
    .where('state', '<>', 'removed')
    .orderBy('created_at')
    .execute();
  const kept: KeptSignIn[] = [];
  for (const { id, kind, name } of rows) {
    if (!parts.moduleFor(kind)?.signsIn) continue;
    const about = { connectionId: id, connection: name };
    try {
      const state = await signingIn(await parts.connector(id)).keepSignedIn(stop);
      const events = signInEvents(state, titleOf(parts, kind), parts.ports.clock);
      await parts.store.write((trx) => stepConnection(trx, parts.ports, id, events, 'poll'));
      kept.push({ ...about, signIn: signInView(state, parts.ports.clock.now()), error: null });
    } catch (thrown) {
      const error = asDaybookError(thrown);
      if (error.code === 'internal' || error.code === 'cancelled') throw thrown;
      kept.push({ ...about, signIn: null, error: error.toJSON() });
    }
  }
  return kept;
}

function signInView(state: SignInState, now: number): SignInView {
  return { ...state, warning: state.ended?.sentence ?? endingSoon(state, now) };
}

function endingSoon({ state, endsAt }: SignInState, now: number): string | null {
  if (state !== 'signed_in' || endsAt === null) return null;
  const days = Math.ceil((epochOf(endsAt) - now) / DAY_MS);
  if (days > WARN_DAYS) return null;
  return `The sign-in ends in ${days} ${days === 1 ? 'day' : 'days'} unless it is used before. Sign in again to be safe.`;
}

async function verifyState({ store, ports }: FeedContext, connectionId: string, state: string): Promise<void> {
  const open = await readSetting(store.read, openSignIn(connectionId));
  if (open === null || epochOf(open.expiresAt) <= ports.clock.now())
    throw new DaybookError(
      'link_expired',
      'No sign-in is under way for this connection, or it took longer than 15 minutes. Start it again.',
      { repair: 'sign_in_again' },
    );
  if (timingSafeEqual(hashOf(state), Buffer.from(open.stateHash, 'hex'))) return;
  throw new DaybookError(
    'link_expired',
    'This address belongs to another sign-in than the one that is under way. Nothing of it was used; paste the address of the page that you opened last, or start again.',
    { repair: 'sign_in_again' },
  );
}

/** Hashes of one length, so that comparing them tells nothing about the text. */
function hashOf(state: string): Buffer {
  return createHash('sha256').update(state, 'utf8').digest();
}

function titleOf({ moduleFor }: FeedParts, kind: string): string {
  return moduleFor(kind)?.manifest.title ?? 'The provider';
}

function signingIn(connector: Connector): Connector & SignsInByBrowser {
  if (can(connector, 'signInUrl', 'signInReturnsTo', 'finishSignIn', 'signInState', 'keepSignedIn')) return connector;
  throw new DaybookError('not_supported', `A ${connector.kind} connection has no sign-in in the browser.`);
}
