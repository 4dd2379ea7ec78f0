import { createHash } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { openSqliteStore } from '../../relay/store-sqlite.ts';

const AT_ONCE = 200;

export type Desktops = { readonly channels: readonly string[]; readonly tokens: readonly string[] };

/** Puts `count` channels with an open session each into the file, as that many desktops would have left them. */
export async function enrolDesktops(file: string, count: number, now: number): Promise<Desktops> {
  const store = openSqliteStore(file);
  const hash = (text: string) => createHash('sha256').update(text).digest('base64url');
  const channels = Array.from({ length: count }, (_, index) => String(index).padStart(26, '0'));
  const tokens = channels.map((id) => hash(`token ${id}`));
  // The point that libsodium takes as base: a valid key, to which nobody needs the other half here.
  const sealKey = Buffer.from([9, ...new Uint8Array(31)]).toString('base64url');
  await Promise.all(
    channels.map((id, index) =>
      store
        .createChannel(id, { sealKey, signKey: hash(`key ${id}`) }, now, count)
        .then(() =>
          store.saveSession(hash(tokens[index] ?? ''), { channel: id, keyVersion: 1 }, now, now + 86_400_000),
        ),
    ),
  );
  await store.close();
  return { channels, tokens };
}

/** Opens a stream per desktop and waits for its first event. */
export async function connectAll(port: number, { channels, tokens }: Desktops): Promise<{ end(): void }> {
  const sockets: Socket[] = [];
  const open = (index: number) =>
    new Promise<void>((resolve, reject) => {
      const socket = connect(port, '127.0.0.1');
      sockets.push(socket);
      let text = '';
      socket.on('data', (chunk) => {
        if (text.length < 400) text += chunk.toString('latin1');
        if (text.includes('event: hello')) resolve();
        else if (/^HTTP\/1.1 [^2]/.test(text)) reject(new Error(text.slice(0, 200)));
      });
      socket.on('error', reject);
      const path = `/channels/${channels[index]}/messages`;
      socket.write(`GET ${path} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${tokens[index]}\r\n\r\n`);
    });
  for (let from = 0; from < channels.length; from += AT_ONCE)
    await Promise.all(channels.slice(from, from + AT_ONCE).map((_, offset) => open(from + offset)));
  return {
    end: () => {
      for (const socket of sockets) socket.destroy();
    },
  };
}
