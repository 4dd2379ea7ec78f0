import { createHmac } from 'node:crypto';
import { beforeEach, describe, expect, test } from 'vitest';
import { money } from '../../main/core/money.ts';
import { PRACTICE_APPLICATION } from './index.ts';
import { DIVISION, OTHER_DIVISION } from './seed-small.ts';
import { errorText, type Json, openPractice, recordOf, type TestClient, TODAY } from './testing.ts';

const NOTES = 'DB0000000000000001AA 1/1 Coffee';
const LINES = 'financialtransaction/BankEntryLines';
const ALL = { $select: '*' };
let client: TestClient;

beforeEach(async () => {
  client = await openPractice();
});

async function post(
  amount = -12,
): Promise<{ readonly division: number; readonly entryId: string; readonly lineId: string }> {
  const revenue = await client.find('financial/GLAccounts', '8000');
  const answer = await client.call('POST', 'financialtransaction/BankEntries', {
    JournalCode: '20',
    BankEntryLines: [{ AmountFC: amount, GLAccount: revenue.ID, Date: `${TODAY}T00:00:00`, Notes: NOTES }],
  });
  const entryId = String(recordOf(answer).EntryID);
  const [line] = await client.rows(LINES, { ...ALL, $filter: `EntryID eq guid'${entryId}'` });
  return { division: DIVISION, entryId, lineId: String(line?.ID) };
}
const changedSince = (version: Json[string]) =>
  client.rows('sync/Financial/TransactionLines', { ...ALL, $filter: `Timestamp gt ${version}L` });
const lastVersion = async () => (await changedSince(1)).at(-1)?.Timestamp;

describe('A person in Exact', () => {
  test('matches a line against two items: two rows of one line number, under the same offset', async () => {
    const ref = await post(100);
    client.control.matchSplit(ref, [
      { minor: 6000n, ourRef: 2601 },
      { minor: 4000n, ourRef: 2602 },
    ]);
    const rows = await client.rows(LINES, { ...ALL, $filter: `EntryID eq guid'${ref.entryId}'`, $orderby: 'OurRef' });
    expect(rows.map(({ AmountFC, OurRef, LineNumber, Notes }) => [AmountFC, OurRef, LineNumber, Notes])).toEqual([
      [60, 2601, 1, NOTES],
      [40, 2602, 1, NOTES],
    ]);
    expect(new Set(rows.map(({ OffsetID }) => OffsetID)).size).toBe(1);
    expect(rows[0]?.ID).toBe(ref.lineId);
    expect(client.control.books().journalBalances[`${DIVISION}|20`]).toBe(110000n);
  });

  test('may lose the notes of the copy by matching', async () => {
    client.control.settings.splitKeepsNotes = false;
    const ref = await post(100);
    const parts = [6000n, 4000n].map((minor, at) => ({ minor, ourRef: at }));
    client.control.matchSplit(ref, parts);
    expect(await client.rows(LINES, { ...ALL, $filter: `substringof('${NOTES}',Notes)` })).toHaveLength(1);
  });

  test('edits a line: it comes again with a higher row version under the same id', async () => {
    const ref = await post();
    const before = await lastVersion();
    client.control.editLine(ref, { glAccount: '2000', description: 'Corrected', minor: -1500n });
    const changed = await changedSince(before);
    expect(changed.find(({ LineNumber }) => LineNumber === 1)).toMatchObject({ GLAccountCode: '2000', AmountFC: 15 });
    expect(changed.find(({ LineNumber }) => LineNumber === 0)).toMatchObject({ GLAccountCode: '1100', AmountFC: -15 });
    expect(client.control.books().journalBalances[`${DIVISION}|20`]).toBe(98500n);
  });

  test('deletes an entry: its rows are told as deleted for two months', async () => {
    const ref = await post();
    const rows = await client.rows('financialtransaction/TransactionLines', {
      ...ALL,
      $filter: `EntryID eq guid'${ref.entryId}'`,
    });
    client.control.deleteEntry(ref);
    const deleted = () => client.rows('sync/Deleted', ALL);
    expect((await deleted()).map(({ EntityKey }) => EntityKey).toSorted()).toEqual(rows.map(({ ID }) => ID).toSorted());
    await client.clock.advance(62 * 86_400_000);
    await client.signIn();
    expect(await deleted()).toEqual([]);
  });

  test('or a bank link books the same money: an entry without notes of ours, and the chain goes on from it', async () => {
    client.control.bankLinkImports({
      division: DIVISION,
      journal: '20',
      date: TODAY,
      lines: [{ amount: money('-12.00', 'EUR'), text: 'Coffee', glAccount: '2000' }],
    });
    await post();
    const entries = client.control.books().entries.filter(({ journal, by }) => journal === '20' && by !== 'person');
    expect(entries.map(({ by, openingMinor, closingMinor }) => [by, openingMinor, closingMinor])).toEqual([
      ['bank_link', 100000n, 98800n],
      ['client', 98800n, 97600n],
    ]);
  });

  test('books an entry that breaks the chain', async () => {
    client.control.postByHand({
      division: DIVISION,
      journal: '20',
      date: TODAY,
      lines: [{ amount: money('1.00', 'EUR'), text: 'By hand', glAccount: '2000' }],
      opening: money('5000.00', 'EUR'),
    });
    expect(client.control.books().journalBalances[`${DIVISION}|20`]).toBe(500100n);
  });

  test('blocks accounts, relations and journals, and ends a cost centre', async () => {
    client.control.blockGlAccount(DIVISION, '8000');
    client.control.blockRelation(DIVISION, '25');
    client.control.blockJournal(DIVISION, '21');
    client.control.endCostCenter(DIVISION, 'AMS', '2026-01-31');
    expect(await client.find('financial/GLAccounts', '8000')).toMatchObject({ IsBlocked: true });
    expect(await client.find('crm/Accounts', '25')).toMatchObject({ Blocked: true });
    expect(await client.find('financial/Journals', '21')).toMatchObject({ IsBlocked: true });
    expect(await client.find('hrm/Costcenters', 'AMS')).toMatchObject({ EndDate: '/Date(1769817600000)/' });
  });

  test('moves a division: all its row versions are new, and no other one’s', async () => {
    await post();
    const before = await lastVersion();
    const accounts = `${OTHER_DIVISION}/sync/Financial/GLAccounts?$select=Timestamp&$filter=Timestamp gt ${before}L`;
    client.control.moveDivision(DIVISION);
    expect(await changedSince(before)).toHaveLength(6);
    expect((await client.raw('GET', accounts)).text).toContain('"results":[]');
    const [division] = await client.rows('system/Divisions', { ...ALL, $filter: `Code eq ${DIVISION}` });
    expect(division?.DivisionMoveDate).toMatch(/^\/Date\(/);
  });

  test('works at the site through the door as well', async () => {
    const ref = await post();
    const knock = (path: string, body?: object) =>
      client.fetch(
        new Request(`${client.origin}/practice/${path}`, {
          method: body === undefined ? 'GET' : 'POST',
          ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        }),
      );
    expect(await (await knock('process', { division: DIVISION })).json()).toEqual({ processed: 1 });
    expect((await knock('delete-entry', ref)).status).toBe(200);
    expect((await knock('delete-entry', ref)).status).toBe(400);
    expect(await (await knock('books')).text()).toContain(`"${DIVISION}|20":"100000"`);
  });
});

describe('Limits', () => {
  const me = () => client.raw('GET', 'current/Me');

  test('are told with each answer, and of a used-up minute only the minute’s own', async () => {
    client.control.settings.minuteLimit = 2;
    const first = await me();
    expect(first.headers.get('x-ratelimit-minutely-remaining')).toBe('1');
    expect(first.headers.get('x-ratelimit-reset')).toBe(String(Date.parse('2026-03-11T00:00:00Z')));
    await me();
    const refused = await me();
    expect([refused.status, refused.text, refused.headers.get('x-ratelimit-limit')]).toEqual([429, '', null]);
    const resets = Number(refused.headers.get('x-ratelimit-minutely-reset'));
    expect(resets % 60_000).toBe(0);
    await client.clock.advance(resets - client.clock.now());
    expect((await me()).status).toBe(200);
  });

  test('end a day’s calls until midnight UTC', async () => {
    client.control.settings.dayLimit = 1;
    await me();
    expect((await me()).status).toBe(429);
  });

  test('shut an endpoint for an hour after ten errors at it, and no other one', async () => {
    client.control.settings.errorLimit = 10;
    for (let i = 0; i < 10; i++) expect((await client.call('GET', `${LINES}?$select=Nothing`)).status).toBe(400);
    expect((await client.call('GET', `${LINES}?$select=ID`)).status).toBe(429);
    expect((await client.call('GET', 'financial/Journals?$select=ID')).status).toBe(200);
    await client.clock.advance(3_600_000);
    await client.signIn();
    expect((await client.call('GET', `${LINES}?$select=ID`)).status).toBe(200);
  });

  test('and troubles of the wire say nothing in their answers', async () => {
    client.control.faults.add({ kind: 'server_error', times: 1 });
    const answer = await me();
    expect([answer.status, answer.text]).toEqual([500, '']);
    client.control.faults.add({ kind: 'drop_after', method: 'POST', path: 'BankEntries', times: 1 });
    await expect(post()).rejects.toThrow('fetch failed');
    expect(client.control.books().entries.filter(({ by }) => by === 'client')).toHaveLength(1);
  });
});

describe('A webhook', () => {
  const received: Array<{ readonly length: string | null; readonly body: string }> = [];
  let status = 200;
  const subscribe = (CallbackURL = 'https://daybook.example/exact', Topic = 'BankEntries') =>
    client.call('POST', 'webhooks/WebhookSubscriptions', { CallbackURL, Topic });

  beforeEach(async () => {
    received.length = 0;
    status = 200;
    client = await openPractice({
      notify: async (request) => {
        received.push({ length: request.headers.get('content-length'), body: await request.text() });
        return new Response(null, { status });
      },
    });
    client.control.setLanguage('anna', 'en');
  });

  test('is tried with an empty body first, and refused unless that is answered', async () => {
    status = 500;
    const refused = await subscribe();
    expect([refused.status, errorText(refused)]).toEqual([500, 'Invalid: Post to callback URL endpoint returns 500']);
    status = 200;
    expect((await subscribe()).status).toBe(201);
    expect(received.map(({ body }) => body)).toEqual(['', '']);
  });

  test('is one per topic and division, at the domain of the registered address', async () => {
    await subscribe();
    expect(errorText(await subscribe())).toBe('Data already exists.');
    expect((await subscribe('https://elsewhere.example/', 'Accounts')).status).toBe(500);
    expect((await subscribe('http://daybook.example/', 'Accounts')).status).toBe(500);
  });

  test('tells of our own entries too, signed over the exact text of the content in upper-case hex', async () => {
    await subscribe();
    received.length = 0;
    const { entryId } = await post();
    client.control.deleteEntry({ division: DIVISION, entryId });
    expect(await client.control.deliverNotices()).toBe(2);
    const [, content = '', hash = ''] =
      /^\{"Content":(.*),"HashCode":"([0-9A-F]{64})"\}$/.exec(received[0]?.body ?? '') ?? [];
    expect(createHmac('sha256', PRACTICE_APPLICATION.webhookSecret).update(content).digest('hex').toUpperCase()).toBe(
      hash,
    );
    expect(JSON.parse(content)).toMatchObject({
      Topic: 'BankEntries',
      Division: DIVISION,
      Action: 'Create',
      Key: entryId,
    });
    expect(received[1]?.body).toContain('"Action":"Delete"');
  });

  test('ends when it is deleted', async () => {
    const { ID } = recordOf(await subscribe());
    expect((await client.call('DELETE', `webhooks/WebhookSubscriptions(guid'${ID}')`)).status).toBe(204);
    await post();
    expect(client.control.notices).toEqual([]);
  });
});
