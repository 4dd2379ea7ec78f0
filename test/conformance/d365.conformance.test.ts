import { describe, expect, test } from 'vitest';
import { connector } from '../../main/connectors/d365/index.ts';
import { virtualClock } from '../../main/core/clock.ts';
import { type Fetch, silentLog } from '../../main/core/ports.ts';
import { seededRandom } from '../../main/core/random.ts';
import { createPracticeD365, PRACTICE_CREDENTIALS } from '../../practice/d365/index.ts';
import { ENTITY_SETS } from '../../practice/d365/schema.ts';
import { changeset, lineBody, openPractice, TODAY } from '../../practice/d365/testing.ts';
import { harborLedger } from '../../practice/harbor/ledger.ts';
import { memoryPorts } from '../support/connector-ports.ts';
import { BANK, ENTITY, entry, FIRST_DAY, journal, notes, offset, reference } from '../support/practice-d365.ts';
import { loadEdmx } from './edmx.ts';
import { checkExchange } from './odata.ts';
import { type Exchange, type Recording, recordingFetch } from './recording.ts';
import { spec } from './specs.ts';

const { file, present, why } = spec('d365-fo.edmx');
const edmx = present ? loadEdmx(file) : undefined;
const findings = (exchanges: readonly Exchange[]) =>
  exchanges
    .filter(({ url }) => url.pathname.startsWith('/data/'))
    .flatMap((exchange) => (edmx === undefined ? ['no document'] : checkExchange(edmx, exchange)));

describe.skipIf(!present)(`Dynamics 365 F&O by its metadata${why}`, () => {
  test('the practice ERP answers whole records of every set as the metadata has them', async () => {
    const { recording, call, control, journal: createJournal, line } = await recordedPractice();
    await line(await createJournal(), {});
    control.postJournals();
    for (const set of ENTITY_SETS.keys()) {
      const answer = await call('GET', `${set}?cross-company=true&$top=50`);
      expect(answer.status, set).toBe(200);
    }
    expect(findings(recording.exchanges)).toEqual([]);
    const served = data(recording)
      .filter(({ method }) => method === 'GET')
      .map(({ answerBody }) => answerBody);
    expect(served.filter((body) => body.includes('"value":[{')).length).toBeGreaterThan(20);
  });

  test('the practice ERP creates, changes, deletes and refuses as the metadata has it', async () => {
    const { recording, call, batch, journal: createJournal, line } = await recordedPractice();
    const number = await createJournal({ Description: 'x', IntegrationKey: 'y' });
    await line(number, { TransDate: `${TODAY}T12:00:00Z` });
    await line(number, { CurrencyCode: 'XXX' });
    await call('PATCH', `${lineKey(number)}?cross-company=true`, { Text: 'New' });
    await call('GET', `${lineKey(number)}?cross-company=true&$select=Text,LineNumber`);
    const post = { method: 'POST', path: 'LedgerJournalLines?cross-company=true', body: lineBody(number) };
    await batch(changeset([post, post]));
    await batch(changeset([post, { ...post, body: lineBody(number, { CurrencyCode: 'XXX' }) }]));
    await call('DELETE', `${lineKey(number)}?cross-company=true`);
    await call('GET', `${lineKey(number)}?cross-company=true`);
    expect(data(recording).map(({ status }) => status)).toEqual([201, 201, 400, 204, 200, 200, 200, 204, 404]);
    expect(findings(recording.exchanges)).toEqual([]);
  });

  test('our connector asks, writes, looks up, removes and reads in the words of the metadata', async () => {
    const { recording, ledger, erp } = recordedConnector();
    await ledger.readLegalEntities(undefined);
    const { missing } = await ledger.readReference(ENTITY, undefined);
    expect(missing).toEqual([]);
    await ledger.readVendorBankAccounts(ENTITY, undefined);
    const mixed = journal([
      entry('receipt', 12_345),
      entry('fee', -250, { offsets: [offset('618160', -250, { dimensions: { CostCenter: '010' } })] }),
      entry('split', 700, { offsets: [offset('405000', 500), offset('404000', 200)] }),
      entry('vendor', -900, { offsets: [offset('V-1001', -900, { accountType: 'vendor' })] }),
      entry("o'clock", 100, { text: "Bäcker's 100% & <b>*" }),
    ]);
    expect((await ledger.preflight(mixed, undefined)).filter(({ blocking }) => blocking)).toEqual([]);
    const { journalNumber } = await ledger.send(mixed, notes(), undefined);
    const references = mixed.entries.map((one) => one.reference);
    expect(await ledger.lookUp(ENTITY, references, undefined)).toHaveLength(5);
    expect(await ledger.lookUp(ENTITY, [reference('absent')], undefined)).toEqual([]);
    const refused = journal([entry('late', 100, { date: '2026-01-05' })]);
    await expect(ledger.send(refused, notes(), undefined)).rejects.toThrow();
    await ledger.discardEmpty(refused, null, undefined);
    expect(erp.postJournals().posted).toEqual([journalNumber]);
    const found = await ledger.lookUp(ENTITY, references, undefined);
    expect(found.map(({ state }) => state)).toEqual(Array(5).fill('posted'));
    erp.deletePostedLines({ company: ENTITY, journal: journalNumber });
    await ledger.lookUp(ENTITY, references, undefined);
    expect(await ledger.readBankLines(ENTITY, BANK, FIRST_DAY, undefined)).toHaveLength(6);
    expect(data(recording).map(({ method }) => method)).toEqual(expect.arrayContaining(['GET', 'POST', 'DELETE']));
    expect(findings(recording.exchanges)).toEqual([]);
  });
});

describe.skipIf(!present)(`The judge of D365 exchanges${why}`, () => {
  const good: Exchange = {
    method: 'GET',
    url: new URL("https://erp.example/data/Currencies?$select=CurrencyCode&$filter=CurrencyCode eq 'USD'"),
    requestHeaders: new Headers(),
    requestBody: '',
    status: 200,
    answerHeaders: new Headers({ 'content-type': 'application/json' }),
    answerBody: '{"@odata.context":"x","value":[{"@odata.etag":"W/x","CurrencyCode":"USD"}]}',
  };
  const at = (path: string): Partial<Exchange> => ({ url: new URL(`https://erp.example/data/${path}`) });
  const post = (body: object): Partial<Exchange> => ({
    ...at('LedgerJournalLines?cross-company=true'),
    method: 'POST',
    requestBody: JSON.stringify({ JournalBatchNumber: 'x', CurrencyCode: 'USD', ...body }),
    status: 400,
    answerBody: '{"error":{"code":"","message":"x"}}',
  });

  test('passes a right exchange', () => {
    expect(findings([good])).toEqual([]);
  });

  test.each<[string, Partial<Exchange>, string]>([
    ['an unknown set', at('Journals'), 'no set Journals'],
    ['an unknown field in $select', at('Currencies?$select=Code'), '$select names Code'],
    ['an unknown field in $filter', at("Currencies?$filter=Code eq 'x'"), '$filter names Code'],
    ['an operator that F&O lacks', at("Currencies?$filter=CurrencyCode in ('x')"), 'does not know'],
    ['an enum compared with a text', at("VendorsV3?cross-company=true&$filter=OnHoldStatus eq 'All'"), 'OnHoldStatus'],
    ['a missing cross-company', at('VendorsV3?$select=dataAreaId'), 'lacks cross-company'],
    ['a key without all its fields', at("VendorsV3(VendorAccountNumber='x')?cross-company=true"), 'the key names'],
    ['an unknown field in a body', post({ TransactionText: 'x' }), 'sends TransactionText'],
    ['a wrong type in a body', post({ DebitAmount: '1' }), 'no Edm.Decimal'],
    ['a field that only the ERP fills', post({ LineNumber: 1 }), 'only the ERP may fill'],
    ['a field that must be sent', post({ CurrencyCode: '' }), 'does not send CurrencyCode'],
    ['an unknown enum member', post({ AccountType: 'Banque' }), 'no member of LedgerJournalACType'],
    ['an answer without what must be there', at('Currencies'), 'leaves out GeneralRoundingRule'],
    ['an answer with a null', { answerBody: good.answerBody.replace('"USD"', 'null') }, 'as null'],
    ['an answer with a strange field', { answerBody: good.answerBody.replace('CurrencyCode', 'Code') }, 'answers Code'],
    ['an error of another shape', { status: 400, answerBody: '{"Message":"x"}' }, 'another shape'],
  ])('finds %s', (_, change, problem) => {
    expect(findings([{ ...good, ...change }]).join('\n')).toContain(problem);
  });
});

const data = ({ exchanges }: Recording) => exchanges.filter(({ url }) => url.pathname.startsWith('/data/'));

async function recordedPractice() {
  let recording: Recording = { exchanges: [], fetch: () => Promise.reject(new Error('not open')) };
  const client = await openPractice({}, (handler) => {
    recording = recordingFetch(handler);
    return recording.fetch;
  });
  return { ...client, recording };
}

function recordedConnector() {
  const clock = virtualClock(Date.parse(`${FIRST_DAY}T08:00:00.000Z`));
  const practice = createPracticeD365({
    ledger: harborLedger({ firstDay: FIRST_DAY, balanceOn: () => ({ minor: 1_000_000n, currency: 'USD' }) }),
    clock,
    random: seededRandom('erp'),
    settings: { pageSize: 25 },
  });
  const recording = recordingFetch(practice.fetch);
  const endpoint = 'http://127.0.0.1:8365';
  const { tenant, clientId, secret } = PRACTICE_CREDENTIALS;
  const fetch: Fetch = recording.fetch;
  const ledger = connector.open(
    { endpoint, tokenEndpoint: endpoint, tenant, clientId },
    {
      environment: 'sandbox',
      secret: () => secret,
      fetch,
      clock,
      random: seededRandom('connector'),
      log: silentLog,
      ...memoryPorts(),
    },
  );
  return { recording, ledger, erp: practice.control };
}

function lineKey(number: string): string {
  return `LedgerJournalLines(dataAreaId='hpgm',JournalBatchNumber='${number}',LineNumber=1)`;
}
