/**
 * Posting to the practice ERP with 20 ms of latency a request, beside one line at a time into the same ERP: the same
 * lines, one request each, without any look-up or read-back (what a simple integration does).
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connector as d365 } from '../main/connectors/d365/index.ts';
import { systemClock } from '../main/core/clock.ts';
import { type Fetch, silentLog } from '../main/core/ports.ts';
import { seededRandom } from '../main/core/random.ts';
import { isReference } from '../main/core/reference.ts';
import { postApproved } from '../main/posting/post.ts';
import { openStore } from '../main/store/store.ts';
import { createPracticeD365, PRACTICE_CREDENTIALS } from '../practice/d365/index.ts';
import { harborLedger } from '../practice/harbor/ledger.ts';
import { memoryPorts } from '../test/support/connector-ports.ts';
import { approveHarborLines, seedHarborMapping } from '../test/support/harbor-postings.ts';
import { type Bench, goal, rounded } from './support/report.ts';

const LATENCY_MS = 20;
const ORIGIN = 'http://127.0.0.1:8461';
const DAY = '2026-11-19';

export const bench: Bench = async ({ quick, tell }) => {
  const lines = quick ? 1_000 : 5_000;
  const singles = quick ? 100 : 500;
  tell(`posting ${lines} lines with Daybook …`);
  const ours = await postWithDaybook(lines);
  tell(`posting ${singles} lines one at a time …`);
  const single = await postOneByOne(singles);
  const ratio = ours.perSecond / single;
  return {
    figures: {
      lines,
      daybookLinesPerSecond: Math.floor(ours.perSecond),
      requestsPer100Lines: rounded((ours.requests / lines) * 100),
      oneAtATimeLinesPerSecond: Math.floor(single),
      timesOneAtATime: rounded(ratio),
    },
    goals: { timesOneAtATime: goal(rounded(ratio), { atLeast: 20 }) },
    notes: [
      `every request to the practice ERP is ${LATENCY_MS} ms away`,
      'one at a time posts each line by itself and neither looks up before nor reads back after, which Daybook does',
    ],
  };
};

/** An ERP of its own, every request 20 ms away. */
function slowErp() {
  const clock = systemClock();
  const ledger = harborLedger({ firstDay: DAY, balanceOn: () => ({ minor: 0n, currency: 'USD' }) });
  const erp = createPracticeD365({ ledger, clock, random: seededRandom('bench') });
  let requests = 0;
  const fetch: Fetch = async (request) => {
    requests += 1;
    await clock.sleep(LATENCY_MS);
    return erp.fetch(request);
  };
  return { clock, fetch, requests: () => requests, truth: erp.control.truth };
}

const CONFIG = {
  endpoint: ORIGIN,
  tokenEndpoint: ORIGIN,
  tenant: PRACTICE_CREDENTIALS.tenant,
  clientId: PRACTICE_CREDENTIALS.clientId,
};

async function postWithDaybook(lines: number): Promise<{ perSecond: number; requests: number }> {
  const folder = mkdtempSync(join(tmpdir(), 'daybook-bench-'));
  const erp = slowErp();
  const random = seededRandom('bench');
  const ports = { clock: erp.clock, random, fetch: erp.fetch, log: silentLog, ...memoryPorts() };
  const connector = d365.open(CONFIG, { environment: 'sandbox', secret: () => PRACTICE_CREDENTIALS.secret, ...ports });
  const store = await openStore({ path: join(folder, 'daybook.db'), clock: erp.clock, random });
  try {
    await seedHarborMapping(store);
    await approveHarborLines(
      store,
      Array.from({ length: lines }, (_, index) => (index % 2 === 0 ? index + 1 : -index - 1)),
    );
    const started = performance.now();
    const result = await postApproved(
      {
        store,
        clock: erp.clock,
        random,
        log: silentLog,
        processes: { host: 'bench', pid: process.pid, isAlive: () => true },
        connectorFor: async () => connector,
      },
      { actor: 'bench' },
    );
    const seconds = (performance.now() - started) / 1_000;
    const inErp = erp.truth().lines.filter((side) => isReference(side.document) && side.accountType === 'Bank').length;
    if (result.posted !== lines || inErp !== lines)
      throw new Error(`${result.posted} of ${lines} were posted, ${inErp} are in the ERP: ${JSON.stringify(result)}`);
    return { perSecond: lines / seconds, requests: erp.requests() };
  } finally {
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function postOneByOne(lines: number): Promise<number> {
  const erp = slowErp();
  const send = async (url: string, init: RequestInit): Promise<Record<string, unknown>> => {
    const response = await erp.fetch(new Request(url, init));
    const body = await response.text();
    if (!response.ok) throw new Error(`${url} answered ${response.status}: ${body}`);
    return JSON.parse(body);
  };
  const token = await send(`${ORIGIN}/${PRACTICE_CREDENTIALS.tenant}/oauth2/v2.0/token`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: PRACTICE_CREDENTIALS.clientId,
      client_secret: PRACTICE_CREDENTIALS.secret,
      scope: `${ORIGIN}/.default`,
    }).toString(),
  });
  const post = (set: string, record: object) =>
    send(`${ORIGIN}/data/${set}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${String(token.access_token)}`, 'content-type': 'application/json' },
      body: JSON.stringify(record),
    });
  const header = await post('LedgerJournalHeaders', { dataAreaId: 'HPGM', JournalName: 'BankFeed' });
  const started = performance.now();
  for (let line = 0; line < lines; line++)
    await post('LedgerJournalLines', {
      dataAreaId: 'HPGM',
      JournalBatchNumber: header.JournalBatchNumber,
      TransDate: `${DAY}T12:00:00Z`,
      CurrencyCode: 'USD',
      AccountType: 'Bank',
      AccountDisplayValue: 'HPGM\\-OPER',
      DebitAmount: 12.34,
      OffsetAccountType: 'Ledger',
      OffsetAccountDisplayValue: '111900--',
      Text: `Line ${line}`,
      Document: `BENCH-${line}`,
    });
  return lines / ((performance.now() - started) / 1_000);
}
