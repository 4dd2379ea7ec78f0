import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import sodium from 'sodium-native';
import {
  challengeAnswer,
  channelAnswer,
  type Message,
  type ProofPurpose,
  proofText,
  refusal,
  type SealedNotice,
  type StreamEvent,
  sealedNotice,
  sealedReturn,
  sessionAnswer,
  signInAnswer,
  signInReturn,
  streamEvent,
} from '../../relay/protocol.ts';

export type DesktopKeys = {
  readonly sealKey: string;
  readonly signKey: string;
  readonly signer: KeyObject;
  readonly publicSeal: Buffer;
  readonly secretSeal: Buffer;
};

export function newKeys(): DesktopKeys {
  const publicSeal = Buffer.alloc(sodium.crypto_box_PUBLICKEYBYTES);
  const secretSeal = Buffer.alloc(sodium.crypto_box_SECRETKEYBYTES);
  sodium.crypto_box_keypair(publicSeal, secretSeal);
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  return {
    sealKey: publicSeal.toString('base64url'),
    signKey: publicKey.export({ format: 'jwk' }).x ?? '',
    signer: privateKey,
    publicSeal,
    secretSeal,
  };
}

/** Null: sealed to another key, or touched. */
export function unseal(sealed: string, keys: DesktopKeys): string | null {
  const box = Buffer.from(sealed, 'base64url');
  const plain = Buffer.alloc(box.length - sodium.crypto_box_SEALBYTES);
  return sodium.crypto_box_seal_open(plain, box, keys.publicSeal, keys.secretSeal) ? plain.toString('utf8') : null;
}

export function noticeIn(
  message: Pick<Message, 'sealed'>,
  keys: DesktopKeys,
): SealedNotice & { readonly text: string } {
  const notice = sealedNotice.parse(JSON.parse(unseal(message.sealed, keys) ?? 'null'));
  return { ...notice, text: Buffer.from(notice.body, 'base64url').toString('utf8') };
}

export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}

export type Answer = { readonly status: number; readonly body: unknown };

/** One call of `protocol.ts`, as JSON. */
export async function call(url: string, method: string, body?: object, token?: string): Promise<Answer> {
  const response = await fetch(url, {
    method,
    headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, body: text === '' ? null : JSON.parse(text) };
}

export function codeOf({ body }: Answer): string {
  return refusal.parse(body).error.code;
}

export async function proof(relay: string, purpose: ProofPurpose, fields: string[], ...signers: KeyObject[]) {
  const { challenge } = challengeAnswer.parse((await call(`${relay}/challenges`, 'POST')).body);
  const signatures = signers.map((key) =>
    sign(null, proofText(purpose, challenge, ...fields), key).toString('base64url'),
  );
  return { challenge, signature: signatures[0] ?? '', newSignature: signatures[1] ?? '' };
}

export async function askForChannel(relay: string, keys: DesktopKeys, more: object = {}): Promise<Answer> {
  const { sealKey, signKey, signer } = keys;
  const proven = await proof(relay, 'create', [sealKey, signKey], signer);
  return call(`${relay}/channels`, 'POST', { sealKey, signKey, ...proven, ...more });
}

export async function makeChannel(relay: string, keys: DesktopKeys): Promise<string> {
  return channelAnswer.parse((await askForChannel(relay, keys)).body).channel;
}

export async function askForSession(relay: string, channel: string, signer: KeyObject): Promise<Answer> {
  return call(`${relay}/channels/${channel}/sessions`, 'POST', await proof(relay, 'session', [channel], signer));
}

export type TestDesktop = {
  readonly channel: string;
  readonly keys: DesktopKeys;
  readonly token: string;
  readonly at: (path: string) => string;
  call(method: string, path: string, body?: object): Promise<Answer>;
  acknowledge(through: number): Promise<void>;
  listen(after?: number): Promise<Listening>;
  openSignIn(provider: string, state: string): Promise<DesktopKeys>;
  signInReturn(state: string, keys: DesktopKeys): Promise<{ query: string } | number>;
};

/** A desktop with a channel and a session. Give `channel` and `keys` for a second desktop of the same workspace. */
export async function connectDesktop(
  relay: string,
  own: { readonly keys?: DesktopKeys; readonly channel?: string } = {},
): Promise<TestDesktop> {
  const keys = own.keys ?? newKeys();
  const channel = own.channel ?? (await makeChannel(relay, keys));
  const { token } = sessionAnswer.parse((await askForSession(relay, channel, keys.signer)).body);
  const at = (path: string) => `${relay}/channels/${channel}${path}`;
  const ask: TestDesktop['call'] = (method, path, body) => call(at(path), method, body, token);
  return {
    channel,
    keys,
    token,
    at,
    call: ask,
    acknowledge: async (through) => {
      const { status } = await ask('POST', '/acks', { through });
      if (status !== 204) throw new Error(`The acknowledgement was answered ${status}.`);
    },
    listen: (after) => listen(at(`/messages${after === undefined ? '' : `?after=${after}`}`), token),
    openSignIn: async (provider, state) => {
      const once = newKeys();
      const { body } = await ask('POST', '/sign-ins', { provider, stateHash: sha256(state), sealKey: once.sealKey });
      signInAnswer.parse(body);
      return once;
    },
    signInReturn: async (state, once) => {
      const { status, body } = await ask('GET', `/sign-ins/${sha256(state)}`);
      if (status !== 200) return status;
      const plain = unseal(signInReturn.parse(body).sealed, once);
      return sealedReturn.parse(JSON.parse(plain ?? 'null'));
    },
  };
}

export type Listening = {
  /** The next events, `count` of them; fewer when the stream ends before. Heartbeats are not counted. */
  take(count: number): Promise<StreamEvent[]>;
  /** The next messages, whatever else comes between. */
  messages(count: number): Promise<Message[]>;
  /** Comment lines seen so far. */
  beats(): number;
  stop(): void;
};

async function listen(url: string, token: string): Promise<Listening> {
  const abort = new AbortController();
  const response = await fetch(url, { headers: { authorization: `Bearer ${token}` }, signal: abort.signal });
  if (response.status !== 200 || !response.body) throw new Error(`The stream was answered ${response.status}.`);
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  const events: StreamEvent[] = [];
  let text = '';
  let beats = 0;
  let ended = false;
  const readOn = async () => {
    const { done, value } = await reader.read().catch(() => ({ done: true, value: undefined }));
    ended = done;
    text += value ?? '';
    for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
      const lines = text.slice(0, end).split('\n');
      text = text.slice(end + 2);
      const field = (name: string) => lines.find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2);
      const data = field('data');
      if (data === undefined) beats += 1;
      else events.push(streamEvent.parse({ event: field('event'), data: JSON.parse(data) }));
    }
  };
  const take: Listening['take'] = async (count) => {
    while (events.length < count && !ended) await readOn();
    return events.splice(0, count);
  };
  return {
    take,
    messages: async (count) => {
      const found: Message[] = [];
      while (found.length < count) {
        const [next] = await take(1);
        if (!next) break;
        if (next.event === 'message') found.push(next.data);
      }
      return found;
    },
    beats: () => beats,
    stop: () => abort.abort(),
  };
}
