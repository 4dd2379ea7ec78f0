import { beforeAll, describe, expect, test } from 'vitest';
import { money } from '../../main/core/money.ts';
import { DIVISION } from './seed-small.ts';
import { errorText, openPractice, pageOf, recordOf, type TestClient, TODAY } from './testing.ts';

let client: TestClient;

beforeAll(async () => {
  client = await openPractice({ settings: { pageSize: 5, syncPageSize: 7 } });
  for (let i = 1; i <= 12; i++)
    client.control.postByHand({
      division: DIVISION,
      journal: '20',
      date: TODAY,
      lines: [{ amount: money(`${i}.50`, 'EUR'), text: `O'Brien ${i}`, glAccount: '8000' }],
    });
});

const LINES = 'financialtransaction/BankEntryLines';
const get = (path: string) => client.call('GET', path);
const amounts = async ($filter: string) => {
  const rows = await client.rows(LINES, { $select: 'AmountFC,Description', $filter, $orderby: 'AmountFC' });
  return rows.map(({ AmountFC }) => AmountFC);
};

describe('Reading', () => {
  test('demands $select, or one row', async () => {
    const answer = await get(LINES);
    expect([answer.status, errorText(answer)]).toEqual([
      400,
      'Please add a $select or a $top=1 statement to the query string.',
    ]);
    expect((await get(`${LINES}?$top=1`)).status).toBe(200);
  });

  test.each([
    ['a field of another resource', `${LINES}?$select=Code`],
    ['a field in the wrong case', 'hrm/Costcenters?$select=code'],
    ['an unknown field in $filter', `${LINES}?$select=ID&$filter=Code eq '1'`],
    ['an unknown field in $orderby', `${LINES}?$select=ID&$orderby=Code`],
    ['a text compared with a number', `${LINES}?$select=ID&$filter=Notes eq 1`],
    ['two fields compared', `${LINES}?$select=ID&$filter=Notes eq Description`],
    ['an unknown function', `${LINES}?$select=ID&$filter=endswith(Notes,'x')`],
    ['a guid without its dress', `${LINES}?$select=ID&$filter=ID eq '0'`],
    ['an unknown option', `${LINES}?$select=ID&$search=x`],
    ['an unfinished filter', `${LINES}?$select=ID&$filter=Notes eq`],
    ['an expansion that is not there', `${LINES}?$select=ID&$expand=Entry`],
  ])('answers %s with one text that says nothing', async (_, path) => {
    const answer = await get(path);
    expect([answer.status, errorText(answer)]).toEqual([400, 'Bad Request - Error in query syntax.']);
  });

  test.each([
    ['a path in another case', 'financial/journals?$select=ID'],
    ['a resource that is not there', 'financial/Nothing?$select=ID'],
    ['a key that is not there', "financial/Journals(guid'00000000-0000-0000-0000-000000000000')?$select=ID"],
  ])('answers %s with 404', async (_, path) => {
    expect((await get(path)).status).toBe(404);
  });

  test('filters by comparisons, texts inside, quotes doubled, dates and days', async () => {
    expect(await amounts('AmountFC gt 10.5 and AmountFC le 12.5')).toEqual([11.5, 12.5]);
    expect(await amounts("substringof('o''brien 12',Description)")).toEqual([12.5]);
    expect(await amounts("startswith(Description,'O''Brien 1') eq true and not (AmountFC lt 11)")).toEqual([
      11.5, 12.5,
    ]);
    expect(await amounts(`Date eq datetime'${TODAY}T00:00:00' and AmountFC lt 3`)).toEqual([1.5, 2.5]);
    expect(await amounts('Notes ne null')).toEqual([]);
    expect(await amounts("(Description eq 'O''Brien 1' or Description eq 'O''Brien 2') and Notes eq null")).toEqual([
      1.5, 2.5,
    ]);
  });

  test('follows pages by their links, in no useful order unless one is asked for', async () => {
    const ordered = await client.rows(LINES, { $select: 'LineNumber,AmountFC', $orderby: 'AmountFC desc' });
    expect(ordered.map(({ AmountFC }) => AmountFC)).toEqual(
      ordered.map(({ AmountFC }) => Number(AmountFC)).toSorted((a, b) => b - a),
    );
    const unordered = await client.rows(LINES, { $select: 'ID,AmountFC' });
    expect(new Set(unordered.map(({ ID }) => ID)).size).toBe(14);
    const first = pageOf(await get(`${LINES}?$select=ID`));
    expect(first.results).toHaveLength(5);
    expect(first.next).toContain('%24skiptoken=');
    const asBooked = [1000, 500, 1.5, 2.5, 3.5];
    expect(unordered.slice(0, 5).map(({ AmountFC }) => AmountFC)).not.toEqual(asBooked);
  });

  test('gives `$top` as a bare list, counts on request, and skips', async () => {
    const top = await get(`${LINES}?$select=ID&$top=2`);
    expect(top.json.d).toHaveLength(2);
    const counted = await get(`${LINES}?$select=ID&$inlinecount=allpages&$top=1`);
    expect(recordOf(counted).__count).toBe('14');
    expect((await get(`${LINES}/$count?$filter=AmountFC lt 100`)).text).toBe('12');
    const all = await client.rows(LINES, { $select: 'AmountFC', $orderby: 'AmountFC' });
    const skipped = pageOf(await get(`${LINES}?$select=AmountFC&$orderby=AmountFC&$skip=12&$top=5`));
    expect(skipped.results).toEqual(all.slice(12).map((row) => ({ ...row, __metadata: expect.anything() })));
  });

  test('expands own lines when they are selected too, and gives links where they are not', async () => {
    const path = 'financialtransaction/BankEntries?$top=1&$orderby=EntryNumber desc';
    const expanded = pageOf(await get(`${path}&$expand=BankEntryLines&$select=EntryID,BankEntryLines`)).results[0];
    expect(expanded).toMatchObject({ BankEntryLines: { results: [expect.objectContaining({ LineNumber: 1 })] } });
    const linked = pageOf(await get(`${path}&$select=EntryID,BankEntryLines`)).results[0];
    expect(linked).toMatchObject({
      BankEntryLines: { __deferred: { uri: expect.stringContaining('BankEntries(guid') } },
    });
    const forgotten = pageOf(await get(`${path}&$expand=BankEntryLines&$select=EntryID`)).results[0];
    expect(Object.keys(forgotten ?? {})).toEqual(['__metadata', 'EntryID']);
    const some = pageOf(await get(`${path}&$expand=BankEntryLines&$select=EntryID,BankEntryLines/AmountFC`)).results[0];
    expect(some).toMatchObject({ BankEntryLines: { results: [{ AmountFC: expect.any(Number) }] } });
  });

  test('pads codes of relations with spaces, so that a plain code finds nothing', async () => {
    const select = '$select=Code,Name';
    expect(pageOf(await get(`crm/Accounts?${select}&$filter=Code eq '25'`)).results).toEqual([]);
    const padded = pageOf(await get(`crm/Accounts?${select}&$filter=Code eq '${'25'.padStart(18)}'`)).results;
    const trimmed = pageOf(await get(`crm/Accounts?${select}&$filter=trim(Code) eq '25'`)).results;
    expect(padded).toEqual(trimmed);
    expect(trimmed[0]?.Code).toBe('25'.padStart(18));
  });

  test('gives dates as milliseconds of the day at midnight and Atom where nobody asks for JSON', async () => {
    const [period] = pageOf(
      await get('financial/FinancialPeriods?$select=StartDate&$filter=FinYear eq 2026 and FinPeriod eq 3'),
    ).results;
    expect(period?.StartDate).toBe(`/Date(${Date.parse('2026-03-01T00:00:00Z')})/`);
    const path = 'financial/FinancialPeriods?$select=StartDate,FinYear&$filter=FinYear eq 2026 and FinPeriod eq 3';
    const atom = await client.call('GET', path, undefined, { accept: '*/*' });
    expect(atom.headers.get('content-type')).toContain('atom+xml');
    expect(atom.text).toContain('<d:StartDate m:type="Edm.DateTime">2026-03-01T00:00:00</d:StartDate>');
  });

  test('gives one record by its key', async () => {
    const [journal] = pageOf(await get("financial/Journals?$select=ID&$filter=Code eq '20'")).results;
    const one = recordOf(await get(`financial/Journals(guid'${journal?.ID}')?$select=Code,BankAccountIBAN`));
    expect(one).toMatchObject({ Code: '20', BankAccountIBAN: 'NL02ABNA0123456789' });
  });

  test('tells the state of every journal in every period', async () => {
    const $filter = "Journal eq '20' and Year eq 2025 and Status eq 1";
    const closed = await client.rows('read/financial/JournalStatusList', { $select: 'Period,Status', $filter });
    expect(closed).toEqual([expect.objectContaining({ Period: 12 })]);
    expect(await client.rows('read/financial/JournalStatusList', { $select: 'Journal' })).toHaveLength(7 * 24);
  });
});

describe('Synchronising', () => {
  test('goes by row version alone, a thousand rows a page, in its order', async () => {
    const path = 'sync/Financial/TransactionLines';
    const select = '$select=Timestamp,ID,LineNumber';
    expect((await get(`${path}?${select}&$filter=Timestamp gt 1`)).status).toBe(400);
    expect((await get(`${path}?${select}&$filter=JournalCode eq '20'`)).status).toBe(400);
    const rows = await client.rows(path, { $select: 'Timestamp,ID,LineNumber', $filter: 'Timestamp gt 1L' });
    const versions = rows.map(({ Timestamp }) => Number(Timestamp));
    expect(versions).toEqual(versions.toSorted((a, b) => a - b));
    // Headers, with line number 0, stand among the lines.
    expect(rows.filter(({ LineNumber }) => LineNumber === 0)).toHaveLength(14);
    const last = rows.at(-1)?.Timestamp;
    expect(await client.rows(path, { $select: 'ID', $filter: `Timestamp gt ${last}L` })).toEqual([]);
  });

  test('can begin at a moment, without reading the history', async () => {
    const path = "read/sync/Sync/SyncTimestamp?modified=datetime'2026-03-10'&endPoint='TransactionLines'";
    const [before] = pageOf(await get(path)).results;
    expect(before?.TimeStampAsBigInt).toBe('1');
    const later = "read/sync/Sync/SyncTimestamp?modified=datetime'2026-04-01T00:00:00'&endPoint='TransactionLines'";
    const [after] = pageOf(await get(later)).results;
    const rows = await client.rows('sync/Financial/TransactionLines', { $select: 'Timestamp' });
    expect(after?.TimeStampAsBigInt).toBe(rows.at(-1)?.Timestamp);
  });

  test('of bulk resources demands $select, and takes filters only where the site does', async () => {
    expect((await get('bulk/Financial/TransactionLines')).status).toBe(400);
    const path = "bulk/Financial/TransactionLines?$select=ID&$filter=JournalCode eq '20'";
    expect((await get(path)).status).toBe(200);
    client.control.settings.bulkFilters = false;
    expect((await get(path)).status).toBe(400);
    client.control.settings.bulkFilters = true;
  });
});
