import { z } from 'zod';
import { call } from './define.ts';
import { id, instant, none, nothing } from './shared.ts';
import { signInState } from './sign-in.ts';

const status = z.object({
  /** Address of the relay; null: webhooks are off. */
  relayUrl: z.string().nullable(),
  /** The lists of sent notices that providers keep are read as well. */
  readLists: z.boolean(),
  /** off, connecting, connected, waiting (tries again by itself), refused (a person must act) */
  link: z.string(),
  sentence: z.string().nullable(),
  linkAt: instant.nullable(),
  /** When something last came through. */
  heardAt: instant.nullable(),
  channel: z.object({ createdAt: instant, keyVersion: z.int() }).nullable(),
  /** Notices that are not judged yet. */
  unjudged: z.int(),
  /** Reasons to pull that wait for their pull. */
  waiting: z.int(),
  counts: z.array(
    z.object({
      provider: z.string(),
      /** genuine, duplicate, forged, stale, unknown_key, unreadable, unknown, unchecked */
      verdict: z.string(),
      /** One sentence; empty for genuine ones. */
      why: z.string(),
      count: z.int(),
      lastAt: instant,
    }),
  ),
  addresses: z.array(
    z.object({
      connectionId: id,
      connection: z.string(),
      /** The bank, or legal entity and topic; null: the whole connection. */
      place: z.string().nullable(),
      /** set, elsewhere (an address that is none of ours), failed, none */
      state: z.string(),
      sentence: z.string().nullable(),
      checkedAt: instant,
      /** A person enters it at the provider, see `webhooks.showAddress`. */
      byHand: z.boolean(),
    }),
  ),
  lists: z.array(
    z.object({ connectionId: id, connection: z.string(), readAt: instant, sentence: z.string().nullable() }),
  ),
});

export const webhookCalls = {
  'webhooks.status': call({
    about: 'How webhooks by the relay stand: the connection, addresses, and what came in by what became of it.',
    input: none,
    output: status,
  }),
  'webhooks.configure': call({
    about: 'Switches webhooks on (the relay’s address) or off (null): makes or ends the channel, sets addresses.',
    input: z.strictObject({
      relayUrl: z.string().trim().min(1).max(500).nullable().optional(),
      readLists: z.boolean().optional(),
      /** The word by which the relay’s owner lets his own people in; kept in the vault. */
      enrolment: z.string().trim().max(200).optional(),
    }),
    output: status,
    changes: ['settings', 'feeds', 'audit'],
  }),
  'webhooks.rotateKeys': call({
    about: 'New keys for the channel at the relay; its address stays.',
    input: none,
    output: status,
    changes: ['settings', 'audit'],
  }),
  'webhooks.renewChannel': call({
    about: 'A new channel with new addresses; the present one is emptied and then ended.',
    input: none,
    output: status,
    changes: ['settings', 'feeds', 'audit'],
  }),
  'webhooks.setAddresses': call({
    about: 'Tells every provider where to send its notices, now.',
    input: none,
    output: z.object({ changed: z.int() }),
    changes: ['settings', 'feeds', 'audit'],
  }),
  'webhooks.showAddress': call({
    about: 'The address of a connection whose provider does not sign, secret and all, to be entered there. Audited.',
    input: z.strictObject({ connectionId: id }),
    output: z.object({ address: z.string() }),
    changes: ['settings', 'audit'],
  }),
  'webhooks.listen': call({
    about: 'For hosts that stay open: listens to the relay until it is stopped. Nobody else can call it.',
    input: none,
    output: nothing,
  }),
  'webhooks.wake': call({
    about: 'The computer woke up, or the network changed: connect again now.',
    input: none,
    output: nothing,
  }),
  'connections.awaitSignIn': call({
    about: 'Waits up to half a minute for the browser to come back by the relay; null: not yet, ask again.',
    input: z.strictObject({ connectionId: id }),
    output: z.object({ signIn: signInState.nullable() }),
    changes: ['feeds', 'audit'],
  }),
};
