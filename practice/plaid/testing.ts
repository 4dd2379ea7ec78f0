/** A practice Plaid at six in the morning of the first practice day, and a client for it. For tests. */
import { z } from 'zod';
import { virtualClock } from '../../main/core/clock.ts';
import { seededRandom } from '../../main/core/random.ts';
import { createHarbor } from '../harbor/company.ts';
import { createPracticePlaid } from './server.ts';
import type { PlaidOptions } from './state.ts';

export const FIRST_DAY = '2026-03-02';

const transaction = z.looseObject({
  account_id: z.string(),
  amount: z.number(),
  date: z.string(),
  iso_currency_code: z.string().nullable(),
  name: z.string(),
  original_description: z.string().nullable(),
  pending: z.boolean(),
  pending_transaction_id: z.string().nullable(),
  transaction_id: z.string(),
  unofficial_currency_code: z.string().nullable(),
});
const page = z.object({
  accounts: z.array(z.looseObject({ account_id: z.string() })),
  added: z.array(transaction),
  modified: z.array(transaction),
  removed: z.array(z.object({ transaction_id: z.string(), account_id: z.string() })),
  next_cursor: z.string(),
  has_more: z.boolean(),
  transactions_update_status: z.string(),
});
export type Transaction = z.infer<typeof transaction>;
export type Page = z.infer<typeof page>;

export function createTestPlaid(options: Partial<PlaidOptions> & { readonly historyDays?: number } = {}) {
  const clock = virtualClock(Date.parse(`${FIRST_DAY}T06:00:00Z`));
  const company = createHarbor({ seed: 5, firstDay: FIRST_DAY, historyDays: options.historyDays ?? 45 });
  const { fetch, control } = createPracticePlaid({ company, clock, random: seededRandom(2), ...options });
  const keys = { 'PLAID-CLIENT-ID': control.clientId, 'PLAID-SECRET': control.secret };

  async function send(path: string, body: unknown, headers: Record<string, string> = keys) {
    const request = new Request(`http://127.0.0.1:1${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
    const response = await fetch(request);
    const text = await response.text();
    return { status: response.status, text, json: z.record(z.string(), z.unknown()).parse(JSON.parse(text)) };
  }

  async function call(path: string, body: unknown): Promise<Record<string, unknown>> {
    const { status, text, json } = await send(path, body);
    if (status !== 200) throw new Error(text);
    return json;
  }

  async function sync(accessToken: string, cursor = '', count = 500): Promise<Page> {
    return page.parse(await call('/transactions/sync', { access_token: accessToken, cursor, count }));
  }

  /** The whole loop from a cursor: what a client holds afterwards. */
  async function syncAll(accessToken: string, cursor = '', held = new Map<string, Transaction>(), count = 500) {
    const pages: Page[] = [];
    for (let next = cursor; ; ) {
      const answer = await sync(accessToken, next, count);
      pages.push(answer);
      next = answer.next_cursor;
      if (!answer.has_more) break;
    }
    for (const one of pages.flatMap(({ added, modified }) => [...added, ...modified]))
      held.set(one.transaction_id, one);
    for (const { transaction_id } of pages.flatMap(({ removed }) => removed)) held.delete(transaction_id);
    return { held, pages, cursor: pages.at(-1)?.next_cursor ?? '' };
  }

  return { clock, company, control, fetch, send, call, sync, syncAll };
}
