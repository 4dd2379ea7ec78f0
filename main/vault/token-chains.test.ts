import { afterEach, beforeEach, expect, test } from 'vitest';
import { type TempWorkspace, tempWorkspace } from '../../test/support/temp-workspace.ts';
import type { Processes } from '../core/ports.ts';
import { systemRandom } from '../core/random.ts';
import type { TokenChain, TokenChains } from '../core/token-chains.ts';
import { openStore, type Store } from '../store/store.ts';
import { createTokenChains } from './token-chains.ts';
import { openVault, type Vault } from './vault.ts';

const CHAIN = 'ledger:example:client';
const HOLD_MS = 120_000;
let workspace: TempWorkspace;
let running: Set<number>;
const others: Store[] = [];

beforeEach(async () => {
  workspace = await tempWorkspace();
  running = new Set([11, 22]);
});
afterEach(async () => {
  for (const store of others.splice(0)) await store.close();
  await workspace.close();
});

const openVaultOver = (store: Store): Promise<Vault> =>
  openVault({ store, clock: workspace.clock, random: systemRandom(), passphrase: 'p', cost: { N: 2, r: 1, p: 1 } });

/** The chains as another process of this computer has them: with a store and a vault of its own. */
async function as(pid: number): Promise<TokenChains> {
  const { clock, random } = workspace;
  const store = await openStore({ path: workspace.store.path, clock, random });
  others.push(store);
  const processes: Processes = { host: 'desk', pid, isAlive: (id) => running.has(id) };
  return createTokenChains({ store, vault: await openVaultOver(store), clock, random, processes });
}

const hold = <T>(chains: TokenChains, work: (chain: TokenChain) => Promise<T>, stop?: AbortSignal) =>
  chains.exclusively(CHAIN, work, stop);

const seen = (chains: TokenChains) => hold(chains, async ({ stored, unfinished }) => ({ stored, unfinished }));

test('what one process saves, the other reads, inside the lock and outside it', async () => {
  const [one, two] = [await as(11), await as(22)];
  expect(await one.peek(CHAIN)).toBeNull();
  expect(await hold(one, (chain) => chain.save('first'))).toBe('first');
  expect(await two.peek(CHAIN)).toBe('first');
  expect(await seen(two)).toEqual({ stored: 'first', unfinished: false });
  expect(await two.peek('another chain')).toBeNull();
});

test('one holder at a time, over two processes: who waits reads what the other has saved', async () => {
  const [one, two] = [await as(11), await as(22)];
  let holders = 0;
  const turn = (chains: TokenChains, next: string) =>
    hold(chains, async (chain) => {
      holders += 1;
      expect(holders).toBe(1);
      await chain.begin();
      await workspace.clock.sleep(1_000);
      await chain.save(next);
      holders -= 1;
      return chain.stored;
    });
  const before = await Promise.all([turn(one, 'a'), turn(two, 'b'), turn(one, 'c')]);
  expect(before.filter((text) => text === null)).toHaveLength(1);
  expect(new Set(before).size).toBe(3);
});

test('a refresh that was begun and not ended is told to the next holder, and only until it is ended', async () => {
  const [one, two] = [await as(11), await as(22)];
  await hold(one, (chain) => chain.save('first'));
  await hold(one, (chain) => chain.begin());
  expect(await seen(two)).toEqual({ stored: 'first', unfinished: true });
  await hold(two, (chain) => chain.giveUp());
  expect(await seen(one)).toEqual({ stored: 'first', unfinished: false });
  for (const end of ['save', 'note'] as const) {
    await hold(one, (chain) => chain.begin());
    await hold(two, (chain) => chain[end]('next'));
    expect((await seen(one)).unfinished).toBe(false);
  }
});

test('the chain of a process that died is free at once', async () => {
  const [one, two] = [await as(11), await as(22)];
  const { promise: forever } = Promise.withResolvers<never>();
  const { promise: begun, resolve } = Promise.withResolvers<void>();
  hold(one, async (chain) => {
    await chain.begin();
    resolve();
    await forever;
  }).catch(() => {});
  await begun;
  running.delete(11);
  const at = workspace.clock.now();
  expect((await seen(two)).unfinished).toBe(true);
  expect(workspace.clock.now()).toBe(at);
});

test('who waits for another holder can give up', async () => {
  const [one, two] = [await as(11), await as(22)];
  const stop = new AbortController();
  await hold(one, async () => {
    const waiting = hold(two, async () => 'held', stop.signal);
    stop.abort(new DOMException('enough', 'AbortError'));
    await expect(waiting).rejects.toThrow('enough');
  });
  expect(await hold(two, async () => 'held')).toBe('held');
});

/** A computer that slept: the hold is over by the clock, and another process has gone on with the chain. */
async function overtaken(
  theirs: (chain: TokenChain) => Promise<unknown>,
  mine: (chain: TokenChain) => Promise<unknown>,
) {
  const [one, two] = [await as(11), await as(22)];
  await hold(one, (chain) => chain.save('old'));
  workspace.clock.advance(1_000);
  const result = await hold(one, async (chain) => {
    await chain.begin();
    workspace.clock.advance(HOLD_MS);
    await hold(two, theirs);
    workspace.clock.advance(1_000);
    return mine(chain);
  });
  return { result, stored: await two.peek(CHAIN) };
}

test('tokens that come back late replace the refusal that another holder got meanwhile', async () => {
  const { result, stored } = await overtaken(
    (chain) => chain.note('ended'),
    (chain) => chain.save('mine'),
  );
  expect([result, stored]).toEqual(['mine', 'mine']);
});

test('tokens that come back late do not replace those that another holder got meanwhile', async () => {
  const { result, stored } = await overtaken(
    (chain) => chain.save('theirs'),
    (chain) => chain.save('mine'),
  );
  expect([result, stored]).toEqual(['theirs', 'theirs']);
});

test('a refusal that comes back late replaces nothing', async () => {
  const { result, stored } = await overtaken(
    (chain) => chain.save('theirs'),
    (chain) => chain.note('ended'),
  );
  expect([result, stored]).toEqual(['theirs', 'theirs']);
});

test('who was overtaken begins nothing and ends nothing', async () => {
  const { result } = await overtaken(
    (chain) => chain.begin(),
    async (chain) => {
      await expect(chain.begin()).rejects.toMatchObject({ code: 'busy_elsewhere' });
      return chain.giveUp();
    },
  );
  expect(result).toBeUndefined();
  expect((await seen(await as(33))).unfinished).toBe(true);
});

test('a holder that begins has the whole time of holding before it', async () => {
  const [one, two] = [await as(11), await as(22)];
  await hold(one, async (chain) => {
    workspace.clock.advance(HOLD_MS - 1_000);
    await chain.begin();
    workspace.clock.advance(HOLD_MS / 3);
    // Waits for a minute of virtual time, which is less than what is left.
    await expect(hold(two, async () => {})).rejects.toMatchObject({ code: 'busy_elsewhere' });
    expect(await chain.save('mine')).toBe('mine');
  });
});

test('tokens lie sealed in the file, under the key in use, and outlive its rotation; none is in the trail', async () => {
  const { store } = workspace;
  const vault = await openVaultOver(store);
  const chains = await as(11);
  await hold(chains, (chain) => chain.save('the secret token'));
  await vault.rotateKey();
  expect(await chains.peek(CHAIN)).toBe('the secret token');
  await hold(chains, (chain) => chain.save('the second token'));
  expect(await (await as(22)).peek(CHAIN)).toBe('the second token');
  const rows = await store.read.selectFrom('secret').selectAll().execute();
  for (const row of rows) expect(Buffer.from(row.sealed).toString('latin1')).not.toContain('token');
  const trail = await store.read.selectFrom('audit_event').select(['action', 'data_json']).execute();
  expect(JSON.stringify(trail)).not.toMatch(/the (secret|second) token/);
  expect(trail.map((row) => row.action)).not.toContain('secret.replaced');
});

test('every step is on the disk platter before it counts', async () => {
  const { store, clock, random } = workspace;
  const written: string[] = [];
  const watched: Store = {
    ...store,
    writeDurably: async (work) => {
      const result = await store.writeDurably(work);
      written.push('durable');
      return result;
    },
  };
  const processes: Processes = { host: 'desk', pid: 11, isAlive: () => true };
  const chains = createTokenChains({ store: watched, vault: await openVaultOver(store), clock, random, processes });
  await hold(chains, async (chain) => {
    await chain.begin();
    expect(written).toHaveLength(1);
    await chain.save('a');
    expect(written).toHaveLength(2);
    await chain.note('b');
    expect(written).toHaveLength(3);
    await chain.giveUp();
    expect(written).toHaveLength(4);
  });
});
