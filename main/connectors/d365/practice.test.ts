import { expect, test } from 'vitest';
import {
  BANK,
  d365World,
  ENTITY,
  entry,
  FIRST_DAY,
  journal,
  notes,
  offset,
  reference,
} from '../../../test/support/practice-d365.ts';
import type { LedgerJournal } from '../../core/entry.ts';
import { differences } from '../../posting/compare.ts';
import type { PostsEntries } from '../capabilities.ts';

const receipt = entry('receipt', 123_45, { text: 'Deposit' });
const payment = entry('payment', -80_00, {
  offsets: [
    offset('602000', -50_00, { dimensions: { CostCenter: '030' }, text: 'Lawn' }),
    offset('603000', -30_00, { dimensions: { CostCenter: '010' } }),
  ],
});

async function expectEqual(connector: PostsEntries, sent: LedgerJournal, state: 'open' | 'posted' = 'open') {
  const found = await connector.lookUp(
    ENTITY,
    sent.entries.map((item) => item.reference),
    undefined,
  );
  expect(found).toHaveLength(sent.entries.length);
  for (const item of sent.entries) {
    const match = found.find((candidate) => candidate.entry.reference === item.reference);
    expect(match && differences(item, match)).toEqual([]);
    expect(match?.state).toBe(state);
  }
  return found;
}

test('entries travel from sign-in to the ledger and come back as they were approved', async () => {
  const world = d365World();
  const transfer = entry('transfer', 10_00, { offsets: [offset('111900', 10_00)] });
  const sent = journal([receipt, payment, transfer]);
  expect(await world.connector.preflight(sent, undefined)).toEqual([]);
  const memory = notes();
  const { journalNumber } = await world.connector.send(sent, memory, undefined);
  expect(memory.remembered).toEqual([journalNumber]);
  const found = await expectEqual(world.connector, sent);
  expect(new Set(found.map((item) => item.journalNumber))).toEqual(new Set([journalNumber]));
});

test('a journal costs one header request and one changeset, however many entries it has', async () => {
  const world = d365World();
  const entries = Array.from({ length: 250 }, (_, index) => entry(`n${index}`, 100 + index));
  await world.connector.preflight(journal([receipt]), undefined);
  await world.connector.lookUp(ENTITY, [reference('before')], undefined);
  world.taken();
  const sent = journal(entries);
  await world.connector.send(sent, notes(), undefined);
  expect(world.taken()).toEqual(['GET LedgerJournalHeaders', 'POST LedgerJournalHeaders', 'POST $batch']);
  await expectEqual(world.connector, sent);
  expect(world.taken()).toEqual(['POST $batch', 'GET LedgerJournalHeaders']);
});

test('a server that does not read inside a batch is asked filter by filter', async () => {
  const world = d365World();
  const sent = journal(Array.from({ length: 60 }, (_, index) => entry(`n${index}`, 100 + index)));
  await world.connector.send(sent, notes(), undefined);
  world.faults.add({ kind: 'gateway_error', path: 'batch' });
  await expectEqual(world.connector, sent);
  world.taken();
  await expectEqual(world.connector, sent);
  expect(world.taken().filter((request) => request.includes('batch'))).toEqual([]);
});

test('a part of a batch that failed is read by itself', async () => {
  const world = d365World();
  const sent = journal(Array.from({ length: 60 }, (_, index) => entry(`n${index}`, 100 + index)));
  await world.connector.send(sent, notes(), undefined);
  world.erp.faults.throttledParts = 1;
  await expectEqual(world.connector, sent);
});

test('every address stays short enough for a web server and asks across companies', async () => {
  const world = d365World();
  const sent = journal(Array.from({ length: 60 }, (_, index) => entry(`n${index}`, 100 + index)));
  await world.connector.preflight(sent, undefined);
  await world.connector.send(sent, notes(), undefined);
  await expectEqual(world.connector, sent);
  const data = world.requests.filter(({ url }) => url.pathname.startsWith('/data/'));
  for (const { url } of data) {
    expect(url.href.length).toBeLessThan(1800);
    expect(url.searchParams.get('cross-company')).toBe('true');
  }
  const parts = data.flatMap(({ body }) => [...body.matchAll(/^(?:GET|POST) (https?:\S+) HTTP/gm)]);
  expect(parts.length).toBeGreaterThan(60);
  for (const [, address = ''] of parts) {
    expect(address.length).toBeLessThan(1800);
    expect(new URL(address).searchParams.get('cross-company')).toBe('true');
  }
});

test('a header whose answer was lost is found by its description and used again', async () => {
  const world = d365World();
  const sent = journal([receipt]);
  world.faults.add({ kind: 'drop_after', method: 'POST', path: 'LedgerJournalHeaders', times: 1 });
  const memory = notes();
  await expect(world.connector.send(sent, memory, undefined)).rejects.toMatchObject({ code: 'outcome_unknown' });
  expect(memory.remembered).toEqual([]);
  expect(await world.connector.lookUp(ENTITY, [receipt.reference], undefined)).toEqual([]);
  await world.reopen().send(sent, memory, undefined);
  expect(memory.remembered).toHaveLength(1);
  expect(await world.journals()).toBe(1);
  await expectEqual(world.connector, sent);
});

test('lines whose answer was lost are found and not written a second time', async () => {
  const world = d365World();
  const sent = journal([receipt, payment]);
  world.faults.add({ kind: 'drop_after', path: 'batch', times: 1 });
  const memory = notes();
  await expect(world.connector.send(sent, memory, undefined)).rejects.toMatchObject({ code: 'outcome_unknown' });
  await expectEqual(world.connector, sent);
  world.taken();
  await world.reopen().send(sent, memory, undefined);
  expect(world.taken()).not.toContain('POST $batch');
  await expectEqual(world.connector, sent);
});

test.each(['truncated', 'cut_short', 'gateway_error', 'unavailable', 'server_error', 'drop_before'] as const)(
  'after %s on the changeset the outcome is unknown, and one more send makes one entry',
  async (kind) => {
    const world = d365World();
    const sent = journal([receipt, payment]);
    world.faults.add({ kind, path: 'batch', times: 1 });
    const memory = notes();
    await expect(world.connector.send(sent, memory, undefined)).rejects.toMatchObject({ code: 'outcome_unknown' });
    await world.connector.send(sent, memory, undefined);
    await expectEqual(world.connector, sent);
    expect(await world.journals()).toBe(1);
  },
);

test('a server that dies inside a changeset stores nothing of it', async () => {
  const world = d365World();
  const sent = journal([receipt, payment]);
  world.erp.faults.crashAfterOperations = 2;
  const memory = notes();
  await expect(world.connector.send(sent, memory, undefined)).rejects.toMatchObject({ code: 'outcome_unknown' });
  expect(await world.connector.lookUp(ENTITY, [receipt.reference, payment.reference], undefined)).toEqual([]);
  await world.connector.send(sent, memory, undefined);
  await expectEqual(world.connector, sent);
});

test('a 429 inside a batch answer names the pause and is surely not stored', async () => {
  const world = d365World();
  world.erp.faults.throttledParts = 1;
  world.erp.faults.retryAfterSeconds = 7;
  await expect(world.connector.send(journal([receipt]), notes(), undefined)).rejects.toMatchObject({
    code: 'rate_limited',
    retryAfterMs: 7000,
  });
  expect(await world.connector.lookUp(ENTITY, [receipt.reference], undefined)).toEqual([]);
});

test('a 429 on a read is waited for and the read repeated', async () => {
  const world = d365World();
  world.faults.add({ kind: 'too_many_requests', path: 'LegalEntities', times: 1, retryAfterSeconds: 5 });
  const before = world.clock.now();
  expect(await world.connector.readLegalEntities(undefined)).toHaveLength(3);
  expect(world.clock.now() - before).toBeGreaterThanOrEqual(5000);
});

test.each([
  ['account_blocked', entry('x', 5_00, { offsets: [offset('690000', 5_00)] })],
  ['account_invalid', entry('x', 5_00, { offsets: [offset('999999', 5_00)] })],
  ['dimension_invalid', entry('x', 5_00, { offsets: [offset('405000', 5_00, { dimensions: { CostCenter: '777' } })] })],
  ['bank_account_invalid', entry('x', 5_00, { account: 'NO-SUCH' })],
  ['period_closed', entry('x', 5_00, { date: '2026-05-04' })],
] as const)('the ERP says %s itself, nothing of the journal is stored, and the words are plain', async (code, bad) => {
  const world = d365World();
  const sent = journal([receipt, bad]);
  const failure = await world.connector.send(sent, notes(), undefined).catch((thrown: unknown) => thrown);
  expect(failure).toMatchObject({ code, retryable: false });
  expect(String(failure)).not.toContain('   at ');
  expect(String(failure)).not.toContain('validateField');
  expect(await world.connector.lookUp(ENTITY, [receipt.reference, bad.reference], undefined)).toEqual([]);
});

test('a journal that somebody has open is a conflict to try again', async () => {
  const world = d365World();
  const sent = journal([receipt]);
  const memory = notes();
  world.faults.add({ kind: 'drop_before', path: 'batch', times: 1 });
  await expect(world.connector.send(sent, memory, undefined)).rejects.toMatchObject({ code: 'outcome_unknown' });
  world.erp.lockJournal({ company: ENTITY, journal: memory.journalNumber ?? '' }, 'Ann');
  await expect(world.connector.send(sent, memory, undefined)).rejects.toMatchObject({
    code: 'record_conflict',
    retryable: true,
  });
});

test('a journal that somebody posted meanwhile is left alone and the rest goes into another', async () => {
  const world = d365World();
  const memory = notes();
  const whole = journal([receipt, payment]);
  await world.connector.send({ ...whole, entries: [receipt] }, memory, undefined);
  world.erp.postJournals();
  await world.connector.send({ ...whole, entries: [payment] }, memory, undefined);
  expect(memory.remembered).toHaveLength(2);
  const found = await world.connector.lookUp(ENTITY, [receipt.reference, payment.reference], undefined);
  expect(found.map((item) => item.state).sort()).toEqual(['open', 'posted']);
});

test('what the ERP posted is found as posted, also in a journal that a split made', async () => {
  const world = d365World();
  const entries = Array.from({ length: 12 }, (_, index) => entry(`n${index}`, 100 + index));
  world.erp.settings.linesPerPostedJournal = 5;
  const sent = journal(entries);
  await world.connector.send(sent, notes(), undefined);
  world.erp.postJournals();
  const found = await expectEqual(world.connector, sent, 'posted');
  expect(new Set(found.map((item) => item.journalNumber)).size).toBe(3);
});

test('lines that "Transfer errors" moved are found in their new journal', async () => {
  const world = d365World();
  const sent = journal([receipt, payment]);
  const { journalNumber } = await world.connector.send(sent, notes(), undefined);
  const [first] = await world.connector.lookUp(ENTITY, [payment.reference], undefined);
  const moved = world.erp.transferVouchers({ company: ENTITY, journal: journalNumber }, [first?.voucher ?? '']);
  const found = await expectEqual(world.connector, sent);
  expect(found.find((item) => item.entry.reference === payment.reference)?.journalNumber).toBe(moved);
});

test('entries whose lines a clean-up job deleted are found in the posted ledger', async () => {
  const world = d365World();
  const sent = journal([receipt, payment]);
  const { journalNumber } = await world.connector.send(sent, notes(), undefined);
  world.erp.postJournals();
  world.erp.deletePostedLines({ company: ENTITY, journal: journalNumber });
  await expectEqual(world.connector, sent, 'posted');
});

test('without the analytics sets a deleted entry is not found, and nothing fails', async () => {
  const world = d365World();
  world.erp.denySet('GeneralJournalEntryBiEntities', 'hidden');
  expect(await world.connector.lookUp(ENTITY, [reference('none')], undefined)).toEqual([]);
  world.taken();
  expect(await world.connector.lookUp(ENTITY, [reference('none')], undefined)).toEqual([]);
  expect(world.taken()).toEqual(['GET LedgerJournalLines']);
});

test('another revision of the same money is found by its stem', async () => {
  const world = d365World();
  await world.connector.send(journal([{ ...receipt, reference: reference('receipt', 3) }]), notes(), undefined);
  const [found] = await world.connector.lookUp(ENTITY, [reference('receipt', 0)], undefined);
  expect(found?.entry.reference).toBe(reference('receipt', 3));
});

test('a look-up in one company does not find the entries of another', async () => {
  const world = d365World();
  await world.connector.send(journal([receipt]), notes(), undefined);
  expect(await world.connector.lookUp('HPGR', [receipt.reference], undefined)).toEqual([]);
});

test('an entry that stands twice in the ERP comes back twice', async () => {
  const world = d365World();
  world.faults.add({ kind: 'duplicate', path: 'batch', times: 1 });
  await world.connector.send(journal([receipt, payment]), notes(), undefined);
  expect(await world.connector.lookUp(ENTITY, [receipt.reference], undefined)).toHaveLength(2);
  expect(await world.connector.lookUp(ENTITY, [payment.reference], undefined)).toHaveLength(2);
});

test('a line that a person changed comes back changed', async () => {
  const world = d365World();
  const { journalNumber } = await world.connector.send(journal([receipt]), notes(), undefined);
  world.erp.editLine({ company: ENTITY, journal: journalNumber, lineNumber: 1 }, { DebitAmount: '999.99' });
  const [found] = await world.connector.lookUp(ENTITY, [receipt.reference], undefined);
  expect(found && differences(receipt, found).map((difference) => difference.field)).toContain('amount');
});

test('a journal name with vouchers by hand gets our reference as the voucher', async () => {
  const world = d365World();
  const sent = journal([receipt, payment], { journalName: 'Manual' });
  expect(await world.connector.preflight(sent, undefined)).toMatchObject([{ blocking: false }]);
  await world.connector.send(sent, notes(), undefined);
  const found = await expectEqual(world.connector, sent);
  expect(found.map((item) => item.voucher)).toEqual(found.map((item) => item.entry.reference));
});

test('a default offset of the journal name does not slip into a voucher of several lines', async () => {
  const world = d365World();
  world.erp.changeRecord('JournalNames', [ENTITY, 'BankFeed'], {
    OffsetAccountType: 'Ledger',
    OffsetAccountDisplayValue: '405000--',
  });
  const sent = journal([receipt, payment]);
  await world.connector.send(sent, notes(), undefined);
  await expectEqual(world.connector, sent);
});

test('more lines than one transaction takes go in several, and no entry is split', async () => {
  const world = d365World({ linesPerRequest: 5 });
  const sent = journal([receipt, payment, entry('a', 1), entry('b', 2), entry('c', 3)]);
  await world.connector.send(sent, notes(), undefined);
  const batches = world.requests.filter(({ url }) => url.pathname.endsWith('$batch'));
  expect(batches.map(({ body }) => body.match(/Content-ID:/g)?.length)).toEqual([5, 2]);
  await expectEqual(world.connector, sent);
});

test('a refusal after a part was stored is an unknown outcome, because something is there', async () => {
  const world = d365World({ linesPerRequest: 2 });
  const bad = entry('bad', 5_00, { offsets: [offset('690000', 5_00)] });
  const sent = journal([entry('a', 1), entry('b', 2), bad]);
  await expect(world.connector.send(sent, notes(), undefined)).rejects.toMatchObject({ code: 'outcome_unknown' });
  expect(await world.connector.lookUp(ENTITY, [reference('a'), reference('b')], undefined)).toHaveLength(2);
});

test('an empty journal that a refusal left is removed, a filled one is not', async () => {
  const world = d365World();
  const bad = journal([entry('x', 5_00, { offsets: [offset('690000', 5_00)] })]);
  const memory = notes();
  await expect(world.connector.send(bad, memory, undefined)).rejects.toMatchObject({ code: 'account_blocked' });
  expect(await world.journals()).toBe(1);
  await world.connector.discardEmpty(bad, null, undefined);
  expect(await world.journals()).toBe(0);
  const good = journal([receipt]);
  const { journalNumber } = await world.connector.send(good, notes(), undefined);
  await world.connector.discardEmpty(good, journalNumber, undefined);
  await expectEqual(world.connector, good);
});

test('an entry that cannot be mapped leaves no empty journal behind', async () => {
  const world = d365World();
  const bad = entry('x', 5_00, { offsets: [offset('405000', 5_00, { dimensions: { Colour: 'red' } })] });
  await expect(world.connector.send(journal([bad]), notes(), undefined)).rejects.toMatchObject({
    code: 'dimension_invalid',
  });
  expect(await world.journals()).toBe(0);
});

test('a tenant that shows only journals and their lines can still be posted to', async () => {
  const world = d365World();
  for (const set of [
    'Ledgers',
    'MainAccounts',
    'JournalNames',
    'BankAccounts',
    'DimensionParameters',
    'FinancialDimensionValues',
    'LedgerFiscalPeriods',
    'FiscalPeriods',
    'VendorsV3',
    'VendorsV2',
    'CustomersV3',
    'Currencies',
    'ExchangeRates',
    'MainAccountLegalEntities',
    'GeneralJournalEntryBiEntities',
  ])
    world.erp.denySet(set, set.startsWith('F') ? 'hidden' : 'forbidden');
  const sent = journal([receipt, payment]);
  expect(await world.connector.preflight(sent, undefined)).toEqual([]);
  await world.connector.send(sent, notes(), undefined);
  await expectEqual(world.connector, sent);
  const { missing } = await world.connector.readReference(ENTITY, undefined);
  expect(missing).toEqual(
    expect.arrayContaining(['ledger', 'main accounts', 'bank accounts', 'journal names', 'fiscal periods', 'vendors']),
  );
});

test('posted bank lines carry sign, voucher and our reference', async () => {
  const world = d365World();
  await world.connector.send(journal([receipt, payment]), notes(), undefined);
  world.erp.postJournals();
  const lines = await world.connector.readBankLines(ENTITY, BANK, FIRST_DAY, undefined);
  const own = lines?.filter((line) => line.reference !== null).map((line) => [line.reference, line.amount.minor]);
  expect(own).toEqual(
    expect.arrayContaining([
      [receipt.reference, 123_45n],
      [payment.reference, -80_00n],
    ]),
  );
  expect(own).toHaveLength(2);
  expect(await world.connector.readBankLines(ENTITY, BANK, '2026-11-18', undefined)).toEqual([]);
});

test('money between two own bank accounts is known by its reference on both of them', async () => {
  const world = d365World();
  const other = (await world.connector.readReference(ENTITY, undefined)).bankAccounts.find((bank) => bank.id !== BANK);
  const transfer = entry('t', 70_00, { offsets: [offset(other?.id ?? '', 70_00, { accountType: 'bank' })] });
  await world.connector.send(journal([transfer]), notes(), undefined);
  world.erp.postJournals();
  for (const [bank, minor] of [
    [BANK, 70_00n],
    [other?.id ?? '', -70_00n],
  ] as const) {
    const lines = await world.connector.readBankLines(ENTITY, bank, FIRST_DAY, undefined);
    expect(lines?.find((line) => line.reference === transfer.reference)?.amount.minor).toBe(minor);
  }
});

test('posted bank lines are null where the tenant does not give them', async () => {
  const world = d365World();
  world.erp.denySet('BankAccountTransBiEntities', 'forbidden');
  expect(await world.connector.readBankLines(ENTITY, BANK, FIRST_DAY, undefined)).toBeNull();
});

test('the reference data tells usable from unusable', async () => {
  const world = d365World();
  const read = await world.connector.readReference(ENTITY, undefined);
  expect(read.missing.filter((part) => part !== 'dimension values')).toEqual([]);
  expect(read.currency).toBe('USD');
  const usable = (account: string) => read.accounts.find((row) => row.account === account)?.usable;
  expect([usable('405000'), usable('690000'), usable('699999'), usable('120100')]).toEqual([true, false, false, false]);
  expect(read.dimensions.map((dimension) => dimension.name)).toEqual(['CostCenter', 'Property']);
  expect(read.dimensions[0]?.values).toEqual(['010', '020', '030', '040']);
  expect(read.dimensions[0]?.valueNames?.['030']).toBe('Maintenance');
  expect(read.journalNames.find((name) => name.name === 'VendPay')?.usable).toBe(false);
  expect(read.journalNames.find((name) => name.name === 'GenJrn')?.warnings[0]).toContain('approval');
  expect(read.periods.find((period) => period.from === '2026-11-01')?.open).toBe(true);
  expect(read.periods.find((period) => period.from === '2026-05-01')?.open).toBe(false);
  expect(read.bankAccounts.find((bank) => bank.id === BANK)).toMatchObject({ mainAccount: '110110', usable: true });
  expect(read.parties.find((party) => party.account === 'V-1999')).toMatchObject({ blocked: true });
});

test('a lookup of many rows follows the pages of the server', async () => {
  const world = d365World();
  world.erp.settings.pageSize = 7;
  const sent = journal(Array.from({ length: 40 }, (_, index) => entry(`n${index}`, 100 + index)));
  await world.connector.send(sent, notes(), undefined);
  await expectEqual(world.connector, sent);
  expect((await world.connector.readReference(ENTITY, undefined)).accounts.length).toBeGreaterThan(30);
});

test('a next page at another host is not asked for, and no token goes there', async () => {
  const world = d365World();
  world.erp.settings.pageSize = 1;
  world.erp.settings.linkOrigin = 'https://evil.example';
  await expect(world.connector.readLegalEntities(undefined)).rejects.toMatchObject({ code: 'foreign_host' });
  expect(world.requests.every(({ url }) => url.hostname === '127.0.0.1')).toBe(true);
});

test('a token that the ERP has forgotten is renewed once, also for a write', async () => {
  const world = d365World();
  await world.connector.readLegalEntities(undefined);
  world.erp.forgetTokens();
  const sent = journal([receipt]);
  await world.connector.send(sent, notes(), undefined);
  await expectEqual(world.connector, sent);
});

test('an application that the ERP does not list says what the administrator must do', async () => {
  const world = d365World();
  world.erp.setRegistered(false);
  await expect(world.connector.readLegalEntities(undefined)).rejects.toMatchObject({ code: 'registration_needed' });
  const tokenRequests = world.requests.filter(({ url }) => url.pathname.endsWith('/token'));
  expect(tokenRequests).toHaveLength(2);
});
