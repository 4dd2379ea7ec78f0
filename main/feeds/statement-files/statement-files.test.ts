import { afterEach, beforeEach, expect, test } from 'vitest';
import { type FeedsWorkspace, feedsWorkspace } from '../../../test/support/feeds-workspace.ts';
import { samplesAreHere, statementSamples } from '../../../test/support/statement-samples.ts';
import { verifyTrail } from '../../audit/verify.ts';
import type { ExportDay, ExportOf } from '../../statement-files/export-day.ts';
import { type ExportFormat, writeStatementFile } from '../../statement-files/write.ts';

let workspace: FeedsWorkspace;
beforeEach(async () => {
  workspace = await feedsWorkspace();
});
afterEach(() => workspace.close());

const account = {
  code: 'A',
  number: 'NL91ABNA0417164300',
  isIban: true,
  name: 'Lopende rekening',
  currency: 'EUR',
  institution: 'Bank',
};
let ids = 0;
const day = (date: string, opening: bigint, ...amounts: bigint[]): ExportDay => ({
  date,
  opening,
  closing: amounts.reduce((sum, minor) => sum + minor, opening),
  rows: amounts.map((minor) => {
    ids += 1;
    return {
      id: `R${ids}`,
      minor,
      valueDate: null,
      text: `Movement ${ids}`,
      counterparty: 'Someone',
      reference: null,
      checkNumber: null,
      category: null,
      channel: null,
    };
  }),
});
const file = (
  days: readonly ExportDay[],
  format: ExportFormat = 'camt053.001.08',
  of: Partial<ExportOf['account']> = {},
) => ({
  name: `file.${format}`,
  bytes: new TextEncoder().encode(
    writeStatementFile({ account: { ...account, ...of }, days, at: '2026-11-20T08:00:00.000Z' }, format).content,
  ),
});
const joined = (...parts: Array<{ readonly bytes: Uint8Array }>) => Buffer.concat(parts.map(({ bytes }) => bytes));
const files = () => workspace.feeds.statementFiles;
const fromFiles = async () => {
  const feeds = (await workspace.feeds.listFeeds()).filter(({ connectionName }) =>
    connectionName.startsWith('Bank statement'),
  );
  const accounts = await workspace.feeds.listAccounts();
  return accounts.filter(({ feedId }) => feeds.some(({ id }) => id === feedId));
};
const lines = () =>
  workspace.store.read
    .selectFrom('statement_line')
    .innerJoin('feed_account', 'feed_account.id', 'statement_line.feed_account_id')
    .select(['statement_line.id', 'statement_line.date', 'amount_minor', 'state', 'statement_line.currency'])
    .where('name', '=', 'Lopende rekening')
    .orderBy('statement_line.id')
    .execute();
const living = async () =>
  (await lines()).filter(({ state }) => state === 'booked').map(({ amount_minor }) => amount_minor);

const one = day('2026-03-02', 100_00n, 5_00n, -3_00n, -3_00n);
const two = day('2026-03-03', 99_00n, 10_00n);
const three = day('2026-03-04', 109_00n, -9_00n);

test('a file becomes a feed of its own: lines, balances, an account whose number is sealed', async () => {
  const taken = await files().import(file([one, two]), 'Ada');
  expect(taken).toMatchObject({ outcome: 'imported', newLines: 4, knownLines: 0, rejectedRows: 0 });
  const [found, ...others] = await fromFiles();
  expect(others).toEqual([]);
  expect(found).toMatchObject({
    ...{ name: 'Lopende rekening', currency: 'EUR', numberLast4: '4300', gap: null },
    opening: { minor: 100_00n, currency: 'EUR' },
    balance: { current: { minor: 109_00n, currency: 'EUR' } },
  });
  expect(await living()).toEqual([5_00n, -3_00n, -3_00n, 10_00n]);
  const stored = JSON.stringify(
    await workspace.store.read.selectFrom('feed_account').selectAll().execute(),
    (_, value) => (typeof value === 'bigint' ? String(value) : value),
  );
  expect(stored).not.toContain('0417164300');
  await verifyTrail(workspace.store.read);
});

test('the same file twice, overlapping files, and the same days in another format bring each line once', async () => {
  await files().import(file([one, two]), 'Ada');
  expect(await files().import(file([one, two]), 'Ada')).toMatchObject({ outcome: 'known', newLines: 0, knownLines: 4 });
  for (const format of ['mt940', 'bai2', 'camt053.001.02'] as const)
    expect(await files().import(file([one, two], format), 'Ada')).toMatchObject({ newLines: 0, knownLines: 4 });
  expect(await files().import(file([two, three], 'mt940'), 'Ada')).toMatchObject({ newLines: 1, knownLines: 1 });
  expect(await living()).toEqual([5_00n, -3_00n, -3_00n, 10_00n, -9_00n]);
  expect((await fromFiles()).map(({ gap, balance }) => [gap, balance?.current?.minor])).toEqual([[null, 100_00n]]);
});

test('a day that is missing is a gap with its size and first day, and closes when the file comes', async () => {
  await files().import(file([one]), 'Ada');
  await files().import(file([three]), 'Ada');
  const [open] = await fromFiles();
  expect(open?.gap).toMatchObject({ sizeMinor: 10_00n, firstDate: '2026-03-02' });
  const { breaks } = (await files().chain(open?.id ?? '')) ?? {};
  expect(breaks).toEqual([{ after: '2026-03-02', before: '2026-03-04', size: 10_00n }]);
  await files().import(file([two]), 'Ada');
  expect((await fromFiles())[0]).toMatchObject({ gap: null, opening: { minor: 100_00n } });
});

test('an older file is put before what is there, and the opening balance moves back', async () => {
  await files().import(file([two, three]), 'Ada');
  await files().import(file([one]), 'Ada');
  expect((await fromFiles())[0]).toMatchObject({
    gap: null,
    opening: { minor: 100_00n },
    balance: { current: { minor: 100_00n } },
  });
});

test('the preview tells what is inside and what is new, and writes nothing', async () => {
  await files().import(file([one]), 'Ada');
  const before = await lines();
  const preview = await files().preview(joined(file([one], 'mt940'), file([three], 'mt940')));
  expect(preview.file.formatLabel).toBe('MT940');
  expect(preview.accounts).toMatchObject([
    { last4: '4300', newLines: 1, knownLines: 3, blocked: null, chain: { breaks: [{ size: 10_00n }] } },
  ]);
  expect(preview.accounts[0]?.statements.map(({ known }) => known)).toEqual([true, false]);
  expect(await lines()).toEqual(before);
});

test('a file is taken back whole, and comes again as the same lines', async () => {
  await files().import(file([one]), 'Ada');
  const { fileId } = await files().import(file([one, two], 'mt940'), 'Ada');
  const before = await lines();
  expect(await files().undo(fileId ?? '', 'Ada')).toEqual({ removedLines: 1, keptLines: 3 });
  expect(await living()).toEqual([5_00n, -3_00n, -3_00n]);
  expect((await fromFiles())[0]).toMatchObject({ gap: null, balance: { current: { minor: 99_00n } } });
  await expect(files().undo(fileId ?? '', 'Ada')).rejects.toMatchObject({ code: 'stale' });
  await files().import(file([one, two], 'mt940'), 'Ada');
  expect(await lines()).toEqual(before);
  await verifyTrail(workspace.store.read);
});

test('a file of which something is approved is not taken back', async () => {
  const { fileId } = await files().import(file([one]), 'Ada');
  const [line] = await lines();
  const [account] = await fromFiles();
  await workspace.store.write(async (trx) => {
    await trx
      .insertInto('mapping')
      .values(mapping(workspace.connectionId, account?.id ?? ''))
      .execute();
    await trx.insertInto('proposal').values(approved(workspace.connectionId)).execute();
    await trx
      .insertInto('proposal_line')
      .values({ proposal_id: 'p', line_id: line?.id ?? 0n, claim: 1, line_revision: 1 })
      .execute();
  });
  await expect(files().undo(fileId ?? '', 'Ada')).rejects.toMatchObject({ code: 'usage' });
  expect(await living()).toHaveLength(3);
});

const mapping = (ledger: string, feed_account_id: string) => ({
  ...{
    id: 'm',
    feed_account_id,
    ledger_connection_id: ledger,
    legal_entity: '1',
    bank_account: '20',
    journal_name: '20',
  },
  ...{ dimensions_json: '{}', pending_policy: 'wait', grouping: 'account_day', suggestions: 'beside', auto_approve: 0 },
  ...{ created_at: '', updated_at: '' },
});
const approved = (ledger: string) => ({
  ...{ id: 'p', kind: 'entry', mapping_id: 'm', ledger_connection_id: ledger, legal_entity: '1', journal_name: '20' },
  ...{
    account_type: 'bank',
    account: '20',
    dimensions_json: '{}',
    date: '2026-03-02',
    amount_minor: 1,
    currency: 'EUR',
  },
  ...{ text: '', state: 'approved', needs_json: '[]', coded_by: 'default', reason: '', generation: 1, revision: 1 },
  ...{ stem: 'S', created_at: '', updated_at: '' },
});

test('a refused file says line and reason and leaves nothing behind', async () => {
  const whole = new TextDecoder().decode(file([one]).bytes);
  const wrong = { name: 'x.xml', bytes: new TextEncoder().encode(whole.replace('>5.00<', '>6.00<')) };
  await expect(files().import(wrong, 'Ada')).rejects.toMatchObject({
    code: 'file_refused',
    message: expect.stringMatching(/^Line \d+: /),
  });
  expect(await fromFiles()).toEqual([]);
  expect(await files().list()).toEqual([]);
});

test('an account that comes through a bank login already is not taken in a second time', async () => {
  const [plaid] = await workspace.feeds.listAccounts();
  const number_fingerprint = workspace.vault.cipher.fingerprint('NL91ABNA0417164300');
  await workspace.store.write((trx) =>
    trx
      .updateTable('feed_account')
      .set({ number_fingerprint })
      .where('id', '=', plaid?.id ?? '')
      .execute(),
  );
  const preview = await files().preview(file([one]).bytes);
  expect(preview.accounts[0]?.blocked).toContain('already');
  await expect(files().import(file([one]), 'Ada')).rejects.toMatchObject({ code: 'file_refused' });
});

test('a row without a day that exists waits under exceptions, and its amount is a gap until then', async () => {
  const whole = new TextDecoder().decode(file([one]).bytes);
  const odd = {
    name: 'x.xml',
    bytes: new TextEncoder().encode(whole.replace('<BookgDt><Dt>2026-03-02', '<BookgDt><Dt>2026-02-31')),
  };
  expect(await files().import(odd, 'Ada')).toMatchObject({ newLines: 2, rejectedRows: 1 });
  const feedId = (await fromFiles())[0]?.feedId ?? '';
  expect(await workspace.feeds.exceptions({ feedId })).toMatchObject([{ code: 'date_invalid' }]);
  expect((await fromFiles())[0]?.gap?.sizeMinor).toBe(5_00n);
});

test('the file is kept sealed as it came', async () => {
  const sent = file([one], 'mt940');
  const { fileId } = await files().import(sent, 'Ada');
  await workspace.vault.rotateKey('Ada');
  const kept = await files().original(fileId ?? '');
  expect(Buffer.from(kept.bytes).equals(Buffer.from(sent.bytes))).toBe(true);
});

test('the IBAN of one file and the bank code and number of another are one account', async () => {
  const german = { number: 'DE89370400440532013000' };
  await files().import(file([one], 'camt053.001.02', german), 'Ada');
  const legacy = new TextDecoder()
    .decode(file([two], 'mt940', german).bytes)
    .replace(':25:DE89370400440532013000', ':25:37040044/0532013000EUR');
  expect(await files().import({ name: 'b.sta', bytes: new TextEncoder().encode(legacy) }, 'Ada')).toMatchObject({
    newLines: 1,
  });
  expect(await fromFiles()).toHaveLength(1);
});

test('cancelled work changes nothing', async () => {
  const stop = new AbortController();
  stop.abort();
  await expect(files().import(file([one]), 'Ada', { stop: stop.signal })).rejects.toMatchObject({ code: 'cancelled' });
  expect(await files().list()).toEqual([]);
});

test('QIF is taken in for an account that a person names, and proves nothing', async () => {
  const qif = { name: 'x.qif', bytes: new TextEncoder().encode('!Type:Bank\nD25/03/2026\nT-12,50\nPShop\n^\n') };
  await expect(files().import(qif, 'Ada', { currency: 'EUR' })).rejects.toMatchObject({ code: 'file_refused' });
  const accounts = [{ key: '1', name: 'Lopende rekening' }];
  await files().import(qif, 'Ada', { currency: 'EUR', accounts });
  expect(await living()).toEqual([-12_50n]);
  const [account] = await fromFiles();
  expect(account).toMatchObject({ opening: null, gap: null });
  const again = {
    name: 'y.qif',
    bytes: new TextEncoder().encode('!Type:Bank\nD25/03/2026\nT-12,50\nPShop\n^\nD26/03/2026\nT1,00\n^\n'),
  };
  await files().import(again, 'Ada', { accounts: [{ key: '1', feedAccountId: account?.id ?? '' }] });
  expect(await living()).toEqual([-12_50n, 1_00n]);
});

test('runs over all feeds leave files alone, and the connection can be removed', async () => {
  await files().import(file([one]), 'Ada');
  const results = await workspace.feeds.syncAll();
  expect(results.map(({ feedId }) => feedId)).toEqual([workspace.feedId]);
  const [account] = await fromFiles();
  await workspace.feeds.removeFeed(account?.feedId ?? '', 'Ada');
  expect(await living()).toHaveLength(3);
});

test('an account is exported as it came: every day, chained; what does not tie out is refused with its day', async () => {
  await files().import(file([one, two, three]), 'Ada');
  const [account] = await fromFiles();
  const asked = { feedAccountId: account?.id ?? '', from: '2026-03-03', to: '2026-03-31', format: 'mt940' as const };
  const written = await files().export(asked, 'Ada');
  expect(written).toMatchObject({ days: 2, lines: 2, extension: 'sta' });
  expect(written.content).toContain(':60F:C260302EUR99,00');
  expect(written.content).toContain(':62F:C260304EUR100,00');
  expect(
    await files().import({ name: 'own.sta', bytes: new TextEncoder().encode(written.content) }, 'Ada'),
  ).toMatchObject({ newLines: 0, knownLines: 2 });
  await expect(files().export({ ...asked, from: '2026-04-01', to: '2026-04-30' }, 'Ada')).rejects.toMatchObject({
    code: 'nothing_there',
  });
  await expect(files().export({ ...asked, to: '2031-01-01' }, 'Ada')).rejects.toMatchObject({ code: 'file_refused' });
  await files().import(file([day('2026-03-09', 250_00n, 1_00n)]), 'Ada');
  await expect(files().export(asked, 'Ada')).rejects.toMatchObject({
    code: 'file_refused',
    message: expect.stringContaining('2026-03-0'),
  });
  expect(await files().export({ ...asked, to: '2026-03-03' }, 'Ada')).toMatchObject({ days: 1 });
});

const here = samplesAreHere ? '' : ' (skipped: ../shared/data is not here)';
test.skipIf(!samplesAreHere)(
  `the daily files of one real account come in by any order as one chain${here}`,
  async () => {
    const daily = statementSamples().filter(({ name }) => name.startsWith('camt/subite'));
    for (const { name, bytes } of daily.toReversed()) await files().import({ name, bytes }, 'Ada');
    const [busy] = (await fromFiles()).filter(({ currency }) => currency === 'EUR');
    expect(await files().list()).toHaveLength(16);
    for (const account of await fromFiles())
      expect((await files().chain(account.id))?.breaks.length, account.name).toBe(account.gap === null ? 0 : 1);
    expect(busy?.opening).not.toBeNull();
  },
);
