import { expect, test } from 'vitest';
import { changeset, errorText, lineBody, openPractice, type Part, requestLines } from './testing.ts';

const post = (journal: string, body = {}): Part => ({
  method: 'POST',
  path: 'LedgerJournalLines?cross-company=true',
  body: lineBody(journal, body),
});
const statuses = (text: string) => [...text.matchAll(/HTTP\/1\.1 (\d{3})/g)].map((match) => Number(match[1]));

test('a good changeset answers one 201 for each operation with Content-ID, Location and ETag', async () => {
  const { journal, batch } = await openPractice();
  const number = await journal();
  const answer = await batch(changeset([post(number), post(number, { DebitAmount: 7 })]));
  expect(answer.status).toBe(200);
  expect(answer.headers.get('content-type')).toMatch(/^multipart\/mixed; boundary=batchresponse_/);
  expect(statuses(answer.text)).toEqual([201, 201]);
  expect(answer.text).toContain('Content-ID: 2');
  expect(answer.text).toContain(`JournalBatchNumber='${number}',LineNumber=2)`);
  expect(answer.text.match(/ETag: W\//g)).toHaveLength(2);
});

test('a failed changeset answers 200 around one part with 500, and nothing is stored', async () => {
  const { journal, batch, control, call } = await openPractice();
  const number = await journal();
  const answer = await batch(changeset([post(number), post(number, { CurrencyCode: 'XXX' }), post(number)]));
  expect(answer.status).toBe(200);
  expect(statuses(answer.text)).toEqual([500]);
  expect(answer.text).toContain("related table 'Currencies'");
  expect(control.truth().lines.filter((side) => side.journal === number)).toEqual([]);
  const header = `LedgerJournalHeaders(dataAreaId='hpgm',JournalBatchNumber='${number}')?cross-company=true`;
  expect((await call('GET', header)).json.JournalTotalDebit).toBe(0);
});

test('a crash in the middle of a changeset loses the connection and leaves nothing behind', async () => {
  const { journal, batch, control } = await openPractice();
  const number = await journal();
  control.faults.crashAfterOperations = 2;
  await expect(batch(changeset([post(number), post(number), post(number)]))).rejects.toThrow('fetch failed');
  expect(control.truth().lines.filter((side) => side.journal === number)).toEqual([]);
  expect(statuses((await batch(changeset([post(number)]))).text)).toEqual([201]);
});

test('a crash may leave a part of a changeset behind, which one transaction should not', async () => {
  const { journal, batch, control } = await openPractice();
  const number = await journal();
  let crashes = 0;
  Object.assign(control.faults, { crashAfterOperations: 2, onPartialCrash: () => (crashes += 1) });
  await expect(batch(changeset([post(number), post(number), post(number)]))).rejects.toThrow('fetch failed');
  const lines = control.truth().lines.filter((side) => side.journal === number);
  expect(new Set(lines.map((side) => side.lineNumber)).size).toBe(2);
  expect(crashes).toBe(1);
  expect(statuses((await batch(changeset([post(number)]))).text)).toEqual([201]);
});

test('a changeset can fail inside the server without a reason, in a 200, and stores nothing', async () => {
  const { journal, batch, control } = await openPractice();
  const number = await journal();
  control.faults.failedChangesets = 1;
  const answer = await batch(changeset([post(number), post(number)]));
  expect([answer.status, ...statuses(answer.text)]).toEqual([200, 500]);
  expect(control.truth().lines.filter((side) => side.journal === number)).toEqual([]);
  expect(statuses((await batch(changeset([post(number)]))).text)).toEqual([201]);
});

test('a 429 can stand inside a part, with Retry-After there and a 200 around it', async () => {
  const { journal, batch, control } = await openPractice();
  const number = await journal();
  control.faults.throttledParts = 1;
  control.faults.retryAfterSeconds = 17;
  const answer = await batch(changeset([post(number)]));
  expect(answer.status).toBe(200);
  expect(statuses(answer.text)).toEqual([429]);
  expect(answer.text).toContain('Retry-After: 17');
  expect(control.truth().lines.filter((side) => side.journal === number)).toEqual([]);
});

test('without cross-company on the inner address a change in another company does not find its record', async () => {
  const { call, batch, line } = await openPractice();
  const created = await call('POST', 'LedgerJournalHeaders', { dataAreaId: 'hpgr', JournalName: 'BankFeed' });
  const number = String(created.json.JournalBatchNumber);
  const stored = await line(number, { dataAreaId: 'hpgr', AccountDisplayValue: 'HPGR\\-OPER' });
  expect(stored.status).toBe(201);
  const path = `LedgerJournalLines(dataAreaId='hpgr',JournalBatchNumber='${number}',LineNumber=1)`;
  const change = (query: string): Part => ({ method: 'PATCH', path: `${path}${query}`, body: { Text: 'New' } });
  expect(statuses((await batch(changeset([change('')]))).text)).toEqual([404]);
  expect(statuses((await batch(changeset([change('?cross-company=true')]))).text)).toEqual([204]);
});

test('reads stand beside a changeset, not inside one', async () => {
  const { batch } = await openPractice();
  const read: Part = { method: 'GET', path: 'Currencies?$top=1' };
  const outside = ['--b', 'Content-Type: application/http', '', ...requestLines(read), '--b--', ''].join('\r\n');
  const answer = await batch(outside);
  expect(statuses(answer.text)).toEqual([200]);
  expect(answer.text).toContain('"CurrencyCode":"USD"');
  expect((await batch(changeset([read]))).status).toBe(400);
});

test('a batch with bare line feeds or without its last boundary is refused', async () => {
  const { journal, batch } = await openPractice();
  const good = changeset([post(await journal())]);
  expect((await batch(good.replaceAll('\r\n', '\n'))).status).toBe(400);
  expect((await batch(good.replace('--b--', ''))).status).toBe(400);
});

test('header and lines fit in one changeset only where the client may choose the number', async () => {
  const { batch, control } = await openPractice();
  const parts: Part[] = [
    {
      method: 'POST',
      path: 'LedgerJournalHeaders',
      body: { dataAreaId: 'hpgm', JournalName: 'BankFeed', JournalBatchNumber: 'MINE-1' },
    },
    post('MINE-1'),
  ];
  expect(statuses((await batch(changeset(parts))).text)).toEqual([500]);
  control.settings.journalNumbers = 'manual';
  expect(statuses((await batch(changeset(parts))).text)).toEqual([201, 201]);
});

test('the wire’s faults have the service’s own words, and the door stays open to people', async () => {
  const { call, control, fetch } = await openPractice();
  control.faults.add({ kind: 'too_many_requests', retryAfterSeconds: 9 });
  const answer = await call('GET', 'LegalEntities');
  expect([answer.status, answer.headers.get('retry-after')]).toEqual([429, '9']);
  expect(errorText(answer)).toContain('high resource utilization');
  const door = new Request('https://harbor.operations.dynamics.example/practice/truth');
  expect((await fetch(door)).status).toBe(200);
  control.faults.clear();
  expect((await call('GET', 'LegalEntities')).status).toBe(200);
});
