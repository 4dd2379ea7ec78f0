import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { KadeWorld } from '../../practice/kade/world.ts';
import { createPracticeWorld } from '../../practice/world.ts';
import { connectCompany } from '../cli/practice/connect.ts';
import { createPracticeHost, type PracticeHost } from '../cli/practice/world.ts';
import { type VirtualClock, virtualClock } from '../core/clock.ts';
import { silentLog } from '../core/ports.ts';
import { systemProcesses } from '../core/processes.ts';
import { seededRandom } from '../core/random.ts';
import { openDaybook } from '../daybook.ts';
import { type Api, createApi } from './executor.ts';

/** Three divisions on three country sites in one workspace. */
let host: PracticeHost<KadeWorld>;
let api: Api;
let folder: string;
let clock: VirtualClock;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'daybook-propose-'));
  clock = virtualClock(Date.UTC(2026, 10, 20, 8));
  host = createPracticeHost(
    createPracticeWorld('kade', { seed: 1, firstDay: '2026-11-18', clock, historyDays: 5, historyAfterMs: 0 }),
  );
  const ports = { clock, random: seededRandom(1), fetch: host.fetch, log: silentLog, processes: systemProcesses() };
  const database = join(folder, 'daybook.db');
  const daybook = await openDaybook({ database, ports, passphrase: 'p', cost: { N: 2, r: 1, p: 1 } });
  await connectCompany(daybook, host);
  api = createApi(daybook, { actor: 'Ada', emit: () => {}, backups: join(folder, 'backups'), env: host.env });
});
afterAll(async () => {
  await api?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** As a person does it: the page in the browser, then the address where it lands. */
async function signInAgain(name: string): Promise<void> {
  const connection = (await api.run('connections.list', {})).find((one) => one.name === name);
  const ledger = host.world.ledgers.find((one) => one.connection === name);
  if (!connection || !ledger?.signIn) throw new Error(`nobody signs in to ${name}`);
  const { url } = await api.run('connections.startSignIn', { connectionId: connection.id });
  await api.run('connections.finishSignIn', { connectionId: connection.id, address: await ledger.signIn(url) });
}

test('every account finds its bank journal among three country sites, by IBAN and currency; a site signed out is told', async () => {
  const before = await api.run('mappings.list', {});
  for (const { mapping } of before) if (mapping !== null) await api.run('mappings.delete', { id: mapping.id });
  const byMask = await api.run('mappings.propose', {});
  expect(byMask.proposals.flatMap(({ candidates }) => candidates[0]?.reasons ?? [])).not.toContain('same IBAN');
  const { proposals, trouble } = await api.run('mappings.propose', { readNumbers: true });
  expect(trouble).toEqual([]);
  for (const { account, mapping } of before) {
    const [best] = proposals.find(({ feedAccountId }) => feedAccountId === account.id)?.candidates ?? [];
    const { ledgerConnectionId, legalEntity, bankAccount } = mapping ?? {};
    expect(best).toMatchObject({ ledgerConnectionId, legalEntity, bankAccount });
    // A card has no IBAN, and no journal of its own.
    if (mapping?.journalName !== '95') expect(best?.reasons).toContain('same IBAN');
  }

  host.world.sites.be.control.disconnect();
  clock.advance(11 * 60_000);
  const again = await api.run('mappings.propose', {});
  expect(again.trouble).toMatchObject([{ name: 'Kade Gent', error: { repair: 'sign_in_again' } }]);
  expect(again.proposals.filter(({ candidates }) => candidates.length > 0).length).toBe(before.length - 1);

  await signInAgain('Kade Gent');
  for (const { mapping } of before) {
    if (mapping === null) continue;
    const { id: _, ...values } = mapping;
    await api.run('mappings.save', { mappings: [values] });
  }
});

test('an open entry is told as booked, and its journal by the entry number that people know, on the list and in the export', async () => {
  await api.run('sync.run', {});
  await api.run('proposals.approveReady', { filter: {} });
  const { posted, failures } = await api.run('post.run', {});
  expect(failures).toEqual([]);
  expect(await api.run('post.follow', {})).toMatchObject({ open: posted, openBooked: posted });
  const { journals } = await api.run('activity.journals', {});
  expect(new Set(journals.map(({ legalEntity }) => legalEntity)).size).toBe(3);
  const { content } = await api.run('export.journals', { format: 'csv' });
  for (const { id, entries, ledgerStates, numberInLedger, voucher, journalNumber } of journals) {
    expect(ledgerStates).toEqual({ open: 0, booked: entries, posted: 0, unseen: 0 });
    expect(numberInLedger).toMatch(/^\d+$/);
    expect(numberInLedger).toBe(voucher);
    expect(content).toContain(`,"${numberInLedger}",`);
    expect(content).toContain(journalNumber);
    const { entries: shown } = await api.run('activity.journal', { id });
    expect(new Set(shown.map(({ ledgerState }) => ledgerState))).toEqual(new Set(['booked']));
  }
  const budgets = await api.run('connections.callBudgets', {});
  expect(budgets.map(({ connection }) => connection).sort()).toEqual(['Kade Gent', 'Kade Köln', 'Kade Rotterdam']);
});
