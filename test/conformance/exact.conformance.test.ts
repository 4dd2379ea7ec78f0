import { describe, expect, test } from 'vitest';
import type { LedgerEntry, LedgerJournal } from '../../main/core/entry.ts';
import { money } from '../../main/core/money.ts';
import { ENTRIES } from '../../practice/exact/resources-entries.ts';
import { MASTERS } from '../../practice/exact/resources-masters.ts';
import { DIVISION, OFFICE_COSTS } from '../../practice/exact/seed-small.ts';
import { type Json, openPractice, recordOf, TODAY } from '../../practice/exact/testing.ts';
import { notes, reference } from '../support/practice-d365.ts';
import { openPracticeExact } from '../support/practice-exact.ts';
import { loadMeta } from './exact-meta.ts';
import { checkExchange } from './exact-odata.ts';
import { type Exchange, type Recording, recordingFetch } from './recording.ts';
import { spec } from './specs.ts';

const { file, present, why } = spec('exact-online.meta.json');
const meta = present ? loadMeta(file) : undefined;
const api = ({ exchanges }: Recording) => exchanges.filter(({ url }) => url.pathname.startsWith('/api/v1/'));
const findings = (exchanges: readonly Exchange[]) =>
  exchanges.flatMap((exchange) => (meta === undefined ? ['no document'] : checkExchange(meta, exchange)));

describe.skipIf(!present)(`Exact Online by its reference${why}`, () => {
  test('the practice site has the fields, keys and verbs of the reference, and demands what it demands', () => {
    for (const { path, fields, key, create, remove } of [...MASTERS, ...ENTRIES]) {
      const known = meta?.resources.get(path);
      expect(known, path).toBeDefined();
      expect([...fields.keys()].toSorted(), path).toEqual([...(known?.fields.keys() ?? [])].toSorted());
      expect(
        [...fields.values()].map(({ name, type }) => [name, type]),
        path,
      ).toEqual([...fields.keys()].map((name) => [name, known?.fields.get(name)?.type]));
      expect(known?.fields.get(key)?.key, path).toBe(true);
      if (create === undefined) continue;
      expect(known?.verbs, path).toContain('POST');
      const posted = [...fields.values()].filter((field) => field.post !== 'no').map(({ name }) => name);
      const mandatory = [...fields.values()].filter((field) => field.post === 'mandatory').map(({ name }) => name);
      const own = [...(known?.fields.values() ?? [])].filter((field) => field.posted && !field.key);
      expect(posted.toSorted(), path).toEqual(own.map(({ name }) => name).toSorted());
      expect(mandatory.toSorted(), path).toEqual(
        own
          .filter((field) => field.mandatory)
          .map(({ name }) => name)
          .toSorted(),
      );
      if (remove !== undefined) expect(known?.verbs, path).toContain('DELETE');
    }
  });

  test('the practice site answers whole records of every resource as the reference has them', async () => {
    const { recording, client } = await recordedPractice();
    await client.call('POST', 'financialtransaction/BankEntries', await bankEntry(client));
    client.control.process(DIVISION);
    const paths = [...MASTERS, ...ENTRIES].map(({ path }) => path);
    for (const path of [...paths, 'system/Divisions', 'hrm/Divisions', 'webhooks/WebhookSubscriptions'])
      expect((await client.call('GET', `${path}?$select=*`)).status, path).toBe(200);
    expect((await client.raw('GET', 'current/Me?$select=*')).status).toBe(200);
    expect(findings(api(recording))).toEqual([]);
    const full = api(recording).filter(({ answerBody }) => answerBody.includes('"results":[{'));
    expect(full.length).toBeGreaterThan(20);
  });

  test('the practice site creates, expands, deletes and refuses as the reference has it', async () => {
    const { recording, client } = await recordedPractice();
    const body = await bankEntry(client);
    const path = 'financialtransaction/BankEntries';
    const { EntryID } = recordOf(await client.call('POST', path, body));
    await client.call('GET', `${path}?$select=EntryID,BankEntryLines&$expand=BankEntryLines&$top=2`);
    await client.call('GET', `${path}(guid'${EntryID}')?$select=EntryID,Status`);
    await client.call('POST', path, { ...body, JournalCode: '77' });
    await client.call('DELETE', `${path}(guid'${EntryID}')`);
    await client.call('GET', 'crm/Accounts?$select=Code,BankAccounts&$expand=BankAccounts');
    await client.call('GET', 'vat/VATCodes?$select=Code,VATPercentages&$expand=VATPercentages');
    await client.call('GET', "read/sync/Sync/SyncTimestamp?modified=datetime'2026-01-01'&endPoint='Accounts'");
    const statuses = api(recording).map(({ status }) => status);
    expect(statuses).toEqual([200, 201, 200, 200, 500, 204, 200, 200, 200]);
    expect(findings(api(recording))).toEqual([]);
  });

  test('our connector asks, checks, writes, looks up and reads in the words of the reference', async () => {
    let recording: Recording | undefined;
    const { connector, control } = await openPracticeExact({
      wrap: (handler) => {
        recording = recordingFetch(handler);
        return recording.fetch;
      },
    });
    const division = String(DIVISION);
    await connector.offerLegalEntities(undefined);
    await connector.readLegalEntities(undefined);
    expect((await connector.readReference(division, undefined)).missing).toEqual([]);
    await connector.readVendorBankAccounts(division, undefined);
    const bank = journalOf('20', [
      ledgerEntry('coffee', '20', '-12.10', OFFICE_COSTS),
      ledgerEntry("o'clock", '20', '100.00', '8000', "Bäcker's 100% & <b>"),
    ]);
    const card = journalOf('90', [ledgerEntry('card', '1150', '-30.00', '8000')]);
    for (const journal of [bank, card]) {
      expect((await connector.preflight(journal, undefined)).filter(({ blocking }) => blocking)).toEqual([]);
      await connector.chainQuestions(journal, { expected: null, since: null, decisions: [] }, undefined);
      await connector.send(journal, notes(), undefined);
    }
    const references = [...bank.entries, ...card.entries].map((entry) => entry.reference);
    expect(await connector.lookUp(division, references, undefined)).toHaveLength(3);
    expect(await connector.lookUp(division, [reference('absent')], undefined)).toEqual([]);
    await connector.readBankLines(division, '20', TODAY, undefined);
    const first = await connector.readChanges(division, null, TODAY, undefined);
    control.closePeriod(DIVISION, '20', 2026, 3);
    const late = journalOf('20', [ledgerEntry('late', '20', '1.00', '8000')]);
    await expect(connector.send(late, notes(), undefined)).rejects.toThrow();
    await connector.readChanges(division, first.nextCursor, TODAY, undefined);
    const exchanges = recording === undefined ? [] : api(recording);
    expect(exchanges.filter(({ method }) => method === 'POST').map(({ status }) => status)).toEqual([201, 201, 500]);
    expect(exchanges.filter(({ url }) => url.searchParams.get('$select')?.includes('*'))).toEqual([]);
    expect(findings(exchanges)).toEqual([]);
  });
});

describe.skipIf(!present)(`The judge of Exact's exchanges${why}`, () => {
  const uri = "https://start.exactonline.nl/api/v1/1/financialtransaction/BankEntryLines(guid'0')";
  const row = { __metadata: { uri, type: 'Exact.Web.Api.Models.Line' }, LineNumber: 1 };
  const good: Exchange = {
    method: 'GET',
    url: new URL(
      "https://start.exactonline.nl/api/v1/1/financialtransaction/BankEntryLines?$select=LineNumber&$filter=substringof('x',Notes) and AmountFC gt 1.5",
    ),
    requestHeaders: new Headers({ authorization: 'Bearer x' }),
    requestBody: '',
    status: 200,
    answerHeaders: new Headers({ dataserviceversion: '2.0' }),
    answerBody: JSON.stringify({ d: { results: [row] } }),
  };
  const at = (path: string): Partial<Exchange> => ({ url: new URL(`https://start.exactonline.nl/api/v1/1/${path}`) });
  const answers = (changes: Json): Partial<Exchange> => ({
    answerBody: JSON.stringify({ d: { results: [{ ...row, ...changes }] } }),
  });
  const line = { AmountFC: 1, GLAccount: '00000000-0000-0000-0000-000000000000' };
  const post = (changes: Json, lineChanges: Json = {}): Partial<Exchange> => ({
    ...at('financialtransaction/BankEntries'),
    method: 'POST',
    requestHeaders: new Headers({
      authorization: 'Bearer x',
      'content-type': 'application/json',
      prefer: 'return=representation',
    }),
    requestBody: JSON.stringify({ JournalCode: '20', BankEntryLines: [{ ...line, ...lineChanges }], ...changes }),
    status: 500,
    answerBody: '',
  });
  const lines = 'financialtransaction/BankEntryLines';

  test('passes right exchanges', () => {
    expect(findings([good, { ...good, ...post({}) }])).toEqual([]);
  });

  test.each<[string, Partial<Exchange>, string]>([
    ['an unknown resource', at('financialtransaction/bankEntryLines?$select=ID'), 'no such resource'],
    ['a verb that is not there', { method: 'PUT' }, 'does not have this verb'],
    ['a request without a token', { requestHeaders: new Headers() }, 'bears no token'],
    ['a list without $select', at(lines), 'selects nothing'],
    ['an unknown field in $select', at(`${lines}?$select=PaymentReference`), '$select names PaymentReference'],
    ['an unknown field in $filter', at(`${lines}?$select=ID&$filter=YourRef eq 'x'`), '$filter names YourRef'],
    ['a guid written as a text', at(`${lines}?$select=ID&$filter=EntryID eq 'x'`), 'compares EntryID'],
    ['a row version without L', at('sync/Deleted?$select=ID&$filter=Timestamp gt 1'), 'compares Timestamp'],
    ['a sync filtered otherwise', at('sync/CRM/Accounts?$select=ID&$filter=Name eq 1'), 'takes Timestamp only'],
    ['a function that is not there', at(`${lines}?$select=ID&$filter=endswith(Notes,'x')`), 'does not know'],
    [
      'lines expanded and not selected',
      at('financialtransaction/BankEntries?$select=EntryID&$expand=BankEntryLines'),
      'without selecting',
    ],
    ['an unknown field in a body', post({ Date: 'x' }), 'sends Date'],
    ['a field that only the site fills', post({ Status: 20 }), 'only the site fills'],
    ['a missing amount of a line', post({}, { AmountFC: null }), 'does not send AmountFC'],
    ['a missing journal', post({ JournalCode: '' }), 'does not send JournalCode'],
    ['a date with a Z', post({}, { Date: '2026-01-29T00:00:00Z' }), 'no DateTime'],
    ['an amount sent as a text', post({}, { AmountFC: '1' }), 'no Double'],
    ['a POST that asks for nothing back', { ...post({}), requestHeaders: new Headers() }, 'ask for what was stored'],
    ['an answer with a strange field', answers({ Reference: 'x' }), 'answers Reference'],
    ['an answer of another type', answers({ LineNumber: '1' }), 'no Int32'],
    ['an answer without what was asked', answers({ LineNumber: undefined }), 'leaves out LineNumber'],
    ['an error of another shape', { status: 400, answerBody: '{"Message":"x"}' }, 'another shape'],
  ])('finds %s', (_, change, problem) => {
    expect(findings([{ ...good, ...change }]).join('\n')).toContain(problem);
  });
});

async function recordedPractice() {
  let recording: Recording = { exchanges: [], fetch: () => Promise.reject(new Error('not open')) };
  const client = await openPractice({}, (handler) => {
    recording = recordingFetch(handler);
    return recording.fetch;
  });
  return { client, recording };
}

async function bankEntry(client: Awaited<ReturnType<typeof openPractice>>): Promise<Json> {
  const costs = await client.find('financial/GLAccounts', OFFICE_COSTS);
  const line = { AmountFC: -12.1, GLAccount: costs.ID, Date: `${TODAY}T00:00:00`, VATCode: '4', Notes: 'x' };
  return { JournalCode: '20', FinancialYear: 2026, FinancialPeriod: 3, BankEntryLines: [line] };
}

function ledgerEntry(name: string, bank: string, amount: string, account: string, text = 'Coffee'): LedgerEntry {
  const value = money(amount, 'EUR');
  return {
    reference: reference(name),
    accountType: 'bank',
    account: bank,
    dimensions: {},
    date: TODAY,
    amount: value,
    text,
    // On a journal that takes no VAT a code would be refused.
    offsets: [
      {
        accountType: 'ledger',
        account,
        dimensions: bank === '20' ? { VATCode: '0' } : {},
        amount: value,
        text,
      },
    ],
  };
}

function journalOf(journalName: string, entries: readonly LedgerEntry[]): LedgerJournal {
  const { reference: own = '' } = entries[0] ?? {};
  return { reference: own, legalEntity: String(DIVISION), journalName, description: own, entries };
}
