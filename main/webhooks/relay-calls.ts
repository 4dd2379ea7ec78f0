import type { z } from 'zod';
import {
  challengeAnswer,
  channelAnswer,
  type HookProvider,
  type ProofPurpose,
  proofText,
  refusal,
  sessionAnswer,
  signInAnswer,
  signInReturn,
} from '../../relay/protocol.ts';
import { DaybookError, type ErrorCode } from '../core/errors.ts';
import { type Http, type HttpAnswer, type HttpMethod, retryAfterMs } from '../core/http.ts';
import type { ChannelKeys } from './channel-keys.ts';

const TIMEOUT_MS = 20_000;
/** The relay holds a question for a sign-in's return open for 25 s. */
const WAIT_TIMEOUT_MS = 40_000;

type Stop = AbortSignal | undefined;
export type RelayChannel = z.output<typeof channelAnswer>;
export type RelaySession = z.output<typeof sessionAnswer>;

/** The calls of relay/protocol.ts that have one answer each. Errors are `DaybookError` with what a person can do. */
export type RelayCalls = {
  createChannel(keys: ChannelKeys, enrolment: string | null, stop: Stop): Promise<RelayChannel>;
  session(channel: string, keys: ChannelKeys, stop: Stop): Promise<RelaySession>;
  rotate(channel: string, present: ChannelKeys, next: ChannelKeys, stop: Stop): Promise<RelayChannel>;
  /** A channel that is not there any more is as good as ended. */
  revoke(channel: string, keys: ChannelKeys, stop: Stop): Promise<void>;
  acknowledge(channel: string, token: string, through: number, stop: Stop): Promise<void>;
  setHookSecret(channel: string, token: string, provider: HookProvider, hash: string | null, stop: Stop): Promise<void>;
  openSignIn(
    channel: string,
    token: string,
    signIn: { readonly provider: string; readonly stateHash: string; readonly sealKey: string },
    stop: Stop,
  ): Promise<{ readonly returnUrl: string; readonly expiresAt: string }>;
  /** The sealed return, or null: the person is not back yet; ask again. */
  signInReturn(channel: string, token: string, stateHash: string, stop: Stop): Promise<string | null>;
};

export function createRelayCalls(http: Http, relayUrl: string, now: () => number): RelayCalls {
  const send = async (
    method: HttpMethod,
    path: string,
    { body, token, stop, timeoutMs = TIMEOUT_MS }: { body?: object; token?: string; stop: Stop; timeoutMs?: number },
  ): Promise<HttpAnswer> => {
    const answer = await http.send({
      method,
      url: `${relayUrl}${path}`,
      headers: {
        accept: 'application/json',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      // The caller's own loop tries again, with its own pauses.
      ...{ timeoutMs, retry: 'never', stop },
    });
    if (answer.status < 200 || answer.status > 299) throw refused(answer, now());
    return answer;
  };

  const proof = async (purpose: ProofPurpose, keys: ChannelKeys, fields: readonly string[], stop: Stop) => {
    const { challenge } = read(challengeAnswer, await send('POST', '/challenges', { stop }));
    const text = proofText(purpose, challenge, ...fields);
    return { challenge, signature: keys.sign(text), text };
  };

  return {
    createChannel: async (keys, enrolment, stop) => {
      const { sealKey, signKey } = keys;
      const { challenge, signature } = await proof('create', keys, [sealKey, signKey], stop);
      const body = { sealKey, signKey, challenge, signature, ...(enrolment === null ? {} : { enrolment }) };
      return read(channelAnswer, await send('POST', '/channels', { body, stop }));
    },
    session: async (channel, keys, stop) => {
      const { challenge, signature } = await proof('session', keys, [channel], stop);
      const body = { challenge, signature };
      return read(sessionAnswer, await send('POST', `/channels/${channel}/sessions`, { body, stop }));
    },
    rotate: async (channel, present, next, stop) => {
      const { sealKey, signKey } = next;
      const { challenge, signature, text } = await proof('rotate', present, [channel, sealKey, signKey], stop);
      const body = { sealKey, signKey, challenge, signature, newSignature: next.sign(text) };
      return read(channelAnswer, await send('PUT', `/channels/${channel}/keys`, { body, stop }));
    },
    revoke: async (channel, keys, stop) => {
      try {
        const { challenge, signature } = await proof('revoke', keys, [channel], stop);
        await send('DELETE', `/channels/${channel}`, { body: { challenge, signature }, stop });
      } catch (thrown) {
        const gone = thrown instanceof DaybookError && thrown.providerCode === 'not_found';
        if (!gone) throw thrown;
      }
    },
    acknowledge: async (channel, token, through, stop) => {
      await send('POST', `/channels/${channel}/acks`, { body: { through }, token, stop });
    },
    setHookSecret: async (channel, token, provider, secretHash, stop) => {
      await send('PUT', `/channels/${channel}/hook-secrets`, { body: { provider, secretHash }, token, stop });
    },
    openSignIn: async (channel, token, body, stop) =>
      read(signInAnswer, await send('POST', `/channels/${channel}/sign-ins`, { body, token, stop })),
    signInReturn: async (channel, token, stateHash, stop) => {
      const path = `/channels/${channel}/sign-ins/${stateHash}`;
      const answer = await send('GET', path, { token, stop, timeoutMs: WAIT_TIMEOUT_MS });
      return answer.status === 204 ? null : read(signInReturn, answer).sealed;
    },
  };
}

function read<T>(schema: z.ZodType<T>, answer: HttpAnswer): T {
  const parsed = schema.safeParse(jsonOf(answer.text));
  if (parsed.success) return parsed.data;
  throw new DaybookError(
    'answer_unexpected',
    'What stands at the address of the relay does not answer as one. Check the address, and the proxy in front of it.',
  );
}

/** Our sentence for what the relay's refusal means to a person. */
export function refused(answer: Pick<HttpAnswer, 'status' | 'text' | 'headers'>, now: number): DaybookError {
  const told = refusal.safeParse(jsonOf(answer.text));
  const code = told.success ? told.data.error.code : `HTTP ${answer.status}`;
  const as = (error: ErrorCode, sentence: string) =>
    new DaybookError(error, sentence, {
      providerCode: code.slice(0, 60),
      retryAfterMs: retryAfterMs(answer.headers, now),
    });
  if (!told.success && answer.status < 500)
    return as(
      'answer_unexpected',
      'What stands at the address of the relay is no relay of Daybook. Check the address.',
    );
  switch (code) {
    case 'enrolment':
      return as('not_permitted', 'The relay is for its own people: the enrolment word is missing or not right.');
    case 'unproven':
      return as(
        'keys_expired',
        'The relay does not take this workspace’s keys any more: it is a restored copy, or they were changed on another computer. Make a new channel.',
      );
    case 'not_found':
      return as('not_found', 'The relay no longer has this workspace’s channel. Make a new channel.');
    case 'no_session':
      return as('signed_out', 'The relay wants the keys to be proven again. Daybook does so by itself.');
    case 'invalid':
      return as(
        'answer_unexpected',
        'The relay does not understand this version of Daybook. Update the one or the other.',
      );
    default:
      return answer.status === 429
        ? as('rate_limited', 'The relay is asked too often just now. Daybook tries again by itself.')
        : as('provider_busy', 'The relay cannot answer just now. Daybook tries again by itself.');
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
