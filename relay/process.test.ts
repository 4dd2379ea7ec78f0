import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { connectDesktop, noticeIn } from '../test/support/relay-desktop.ts';
import { type RelayProcess, relayProcess } from '../test/support/relay-process.ts';
import { hookPath } from './protocol.ts';

describe('the relay as a process', () => {
  let folder: string;
  const processes: RelayProcess[] = [];
  const start = async () => {
    const next = await relayProcess({ RELAY_SQLITE_FILE: join(folder, 'relay.db') });
    processes.push(next);
    return next;
  };

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'daybook-relay-'));
  });
  afterEach(async () => {
    for (const each of processes.splice(0)) await each.kill();
    rmSync(folder, { recursive: true, force: true });
  });

  it('delivers after a kill whatever it had answered with 200, in order, and numbers on without a hole', async () => {
    let relay = await start();
    const { channel, keys } = await connectDesktop(relay.url);
    const accepted: string[] = [];
    const post = async (text: string) => {
      const url = `${relay.url}${hookPath(channel, 'plaid')}`;
      const status = await fetch(url, { method: 'POST', body: text }).then(
        (response) => response.status,
        () => 'cut',
      );
      if (status === 200) accepted.push(text);
      return status;
    };
    for (let index = 0; index < 20; index += 1) expect(await post(`calm ${index}`)).toBe(200);
    // Ten senders, each after the answer to its last; the kill falls among them.
    let killed = false;
    const senders = Array.from({ length: 10 }, async (_, sender) => {
      for (let index = 0; !killed; index += 1) await post(`storm ${sender} ${index}`);
    });
    while (accepted.length < 150) await post(`count ${accepted.length}`);
    const dead = relay.kill();
    killed = true;
    await Promise.all([dead, ...senders]);

    relay = await start();
    expect(await post('after')).toBe(200);
    const listening = await (await connectDesktop(relay.url, { channel, keys })).listen();
    const [hello] = await listening.take(1);
    const latest = hello?.event === 'hello' ? hello.data.latest : 0;
    const messages = await listening.messages(latest);
    expect(messages.map(({ sequence }) => sequence)).toEqual(Array.from({ length: latest }, (_, index) => index + 1));
    const texts = messages.map((each) => noticeIn(each, keys).text);
    expect(accepted.filter((text) => !texts.includes(text))).toEqual([]);
    // Each sender waited for its answers, so its own order is known.
    for (let sender = 0; sender < 10; sender += 1) {
      const own = texts.filter((text) => text.startsWith(`storm ${sender} `));
      expect(own).toEqual(own.map((_, index) => `storm ${sender} ${index}`));
    }
    expect(texts.at(-1)).toBe('after');
    listening.stop();
  });

  it('ends by itself when it is asked to, with its desktops told and nothing of theirs in its log', async () => {
    const relay = await start();
    const desktop = await connectDesktop(relay.url);
    const listening = await desktop.listen();
    await listening.take(1);
    await fetch(`${relay.url}${hookPath(desktop.channel, 'plaid')}`, { method: 'POST', body: 'PLAINTEXT' });
    await listening.messages(1);
    expect(await relay.stop()).toBe(0);
    expect(await listening.take(1)).toEqual([{ event: 'closed', data: { reason: 'restarting' } }]);
    expect(relay.output()).toContain('The relay is closed');
    for (const secret of ['PLAINTEXT', desktop.token, desktop.channel]) expect(relay.output()).not.toContain(secret);
  });

  it('does not start with a setting that is missing, wrong or unknown, and names it without its value', async () => {
    const wrong = relayProcess({ RELAY_PUBLIC_URL: '', RELAY_PORT: 'secret-word', RELAY_PROT: '1' });
    const message = await wrong.then(
      () => '',
      (thrown: unknown) => String(thrown),
    );
    expect(message).toMatch(/ended with 2/);
    for (const name of ['RELAY_PUBLIC_URL', 'RELAY_PORT', 'RELAY_PROT']) expect(message).toContain(name);
    expect(message).not.toContain('secret-word');
  });
});
