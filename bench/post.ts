/**
 * Posting to the practice ERP with 20 ms of latency a request, beside one line at a time into the same ERP: the same
 * lines, one request each, without any look-up or read-back (what a simple integration does).
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connector as d365 } from '../main/connectors/d365/index.ts';
import { systemClock } from '../main/core/clock.ts';
import { entryHash } from '../main/core/entry.ts';
import { type Fetch, silentLog } from '../main/core/ports.ts';
import { seededRandom } from '../main/core/random.ts';
import { isReference, stemOf } from '../main/core/reference.ts';
import { postApproved } from '../main/posting/post.ts';
import { ledgerEntryOf, loadProposals } from '../main/store/proposals.ts';
import { openStore, type Store } from '../main/store/store.ts';
import { createPracticeD365, PRACTICE_CREDENTIALS } from '../practice/d365/index.ts';
import { harborLedger } from '../practice/harbor/ledger.ts';
import { type Bench, goal, rounded } from './support/report.ts';

const LATENCY_MS = 20;
const ORIGIN = 'http://127.0.0.1:8461';
const DAY = '2026-11-19';
const AT = '2026-11-20T08:00:00.000Z';

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
  const ports = { clock: erp.clock, random, fetch: erp.fetch, log: silentLog };
  const connector = d365.open(CONFIG, { environment: 'sandbox', secret: () => PRACTICE_CREDENTIALS.secret, ...ports });
  const store = await openStore({ path: join(folder, 'daybook.db'), clock: erp.clock, random });
  try {
    await seed(store, lines);
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

/** Approved proposals over booked lines of one account and day. */
async function seed(store: Store, lines: number): Promise<void> {
  await store.write(async (trx) => {
    const connection = {
      environment: 'sandbox',
      config_json: '{}',
      state: 'healthy',
      state_at: AT,
      created_at: AT,
      updated_at: AT,
    };
    await trx
      .insertInto('connection')
      .values({ id: 'bank', kind: 'plaid', name: 'Bank', ...connection })
      .execute();
    await trx
      .insertInto('connection')
      .values({ id: 'erp', kind: 'd365', name: 'ERP', ...connection })
      .execute();
    await trx
      .insertInto('feed')
      .values({
        id: 'feed',
        connection_id: 'bank',
        provider_feed_id: 'i',
        state: 'healthy',
        state_at: AT,
        history: 'complete',
        products_json: '[]',
        created_at: AT,
      })
      .execute();
    await trx
      .insertInto('feed_account')
      .values({
        id: 'account',
        feed_id: 'feed',
        provider_account_id: 'a',
        name: 'Operating',
        type: 'depository',
        currency: 'USD',
        search: '',
        first_seen_at: AT,
        last_seen_at: AT,
      })
      .execute();
    await trx
      .insertInto('mapping')
      .values({
        id: 'mapping',
        feed_account_id: 'account',
        ledger_connection_id: 'erp',
        legal_entity: 'HPGM',
        bank_account: 'HPGM-OPER',
        journal_name: 'BankFeed',
        dimensions_json: '{}',
        pending_policy: 'wait',
        grouping: 'account_day',
        suggestions: 'beside',
        auto_approve: 0,
        created_at: AT,
        updated_at: AT,
      })
      .execute();
    for (let line = 1; line <= lines; line++) {
      const amount_minor = line % 2 === 0 ? line : -line;
      const id = `prop_${line}`;
      const stem = stemOf({ workspaceId: store.workspaceId, kind: 'entry', members: ['a', `t${line}`], generation: 0 });
      const text = `Line ${line}`;
      await trx
        .insertInto('statement_line')
        .values({
          id: line,
          feed_account_id: 'account',
          provider_line_id: `t${line}`,
          state: 'booked',
          amount_minor,
          currency: 'USD',
          date: DAY,
          text,
          counterparty_key: '',
          payload: '{}',
          revision: 1,
          first_pull_id: 'p',
          last_pull_id: 'p',
        })
        .execute();
      await trx
        .insertInto('proposal')
        .values({
          id,
          kind: 'entry',
          mapping_id: 'mapping',
          ledger_connection_id: 'erp',
          legal_entity: 'HPGM',
          journal_name: 'BankFeed',
          account_type: 'bank',
          account: 'HPGM-OPER',
          dimensions_json: '{}',
          date: DAY,
          amount_minor,
          currency: 'USD',
          text,
          state: 'approved',
          needs_json: '[]',
          coded_by: 'person',
          reason: '',
          generation: 0,
          revision: 1,
          stem,
          approved_by: 'bench',
          approved_at: AT,
          created_at: AT,
          updated_at: AT,
        })
        .execute();
      await trx
        .insertInto('proposal_offset')
        .values({
          proposal_id: id,
          position: 0,
          account_type: 'ledger',
          account: '111900',
          dimensions_json: '{}',
          amount_minor,
          text,
        })
        .execute();
      await trx
        .insertInto('proposal_line')
        .values({ proposal_id: id, line_id: line, claim: 1, line_revision: 1 })
        .execute();
    }
    const ids = Array.from({ length: lines }, (_, index) => `prop_${index + 1}`);
    for (const proposal of await loadProposals(trx, ids))
      await trx
        .updateTable('proposal')
        .set({ approved_hash: entryHash(ledgerEntryOf(proposal)) })
        .where('id', '=', proposal.id)
        .execute();
  });
}
