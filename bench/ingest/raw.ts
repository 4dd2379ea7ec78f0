import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { z } from 'zod';
import type { StatementLineRecord } from '../../main/connectors/capabilities.ts';
import { mapPage } from '../../main/connectors/plaid/map.ts';
import { sql as schema } from '../../main/store/migrations/0010-first.ts';
import { plaidPage } from './plaid-pages.ts';

/**
 * The limit to measure against: better-sqlite3 alone, on rows that are ready. The same table with the same indexes and
 * the same payload, a page of 500 in one transaction, no foreign keys, a large cache and write-ahead log; no network,
 * no mapping, no history, no trail.
 */
export function openRaw(lines: number) {
  const folder = mkdtempSync(join(tmpdir(), 'daybook-bench-'));
  const db = new Database(join(folder, 'raw.db'));
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = NORMAL');
  db.pragma('wal_autocheckpoint = 32000');
  db.pragma('cache_size = -64000');
  db.exec(schema);
  db.pragma('foreign_keys = OFF');
  const upsert = db.prepare(
    `INSERT INTO statement_line (feed_account_id, provider_line_id, state, amount_minor, currency, date, authorized_date,
       text, bank_text, counterparty, counterparty_key, reference, check_number, category, channel, payload, revision,
       first_pull_id, last_pull_id)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1, ?, ?)
     ON CONFLICT (feed_account_id, provider_line_id) DO UPDATE SET state = excluded.state,
       amount_minor = excluded.amount_minor, date = excluded.date, text = excluded.text, payload = excluded.payload,
       last_pull_id = excluded.last_pull_id`,
  );
  const find = db
    .prepare<[string, string], string>(
      'SELECT payload FROM statement_line WHERE feed_account_id = ? AND provider_line_id = ?',
    )
    .pluck();
  const account = 'facc_00000000000000000000000000';
  const pull = 'pull_00000000000000000000000000';
  const write = db.transaction((rows: readonly unknown[][]) => {
    for (const row of rows) upsert.run(row);
  });
  const pages = Math.ceil(lines / 500);

  return {
    /** Microseconds a line for the upserts alone; the rows are ready before the clock runs. */
    upsert: (): number => {
      let ms = 0;
      for (let page = 0; page < pages; page++) {
        const rows = mapPage(rowsOf(plaidPage(lines, page))).lines.map((line) => valuesOf(line, account, pull));
        const started = performance.now();
        write(rows);
        ms += performance.now() - started;
      }
      return (ms * 1000) / lines;
    },
    /**
     * Microseconds a line to find out that nothing changed: `ready` compares rows that are ready; `whole` begins, as a
     * sync must, at the text of the answer.
     */
    compare: (): { ready: number; whole: number } => {
      let ready = 0;
      let reading = 0;
      for (let page = 0; page < pages; page++) {
        const text = plaidPage(lines, page);
        let started = performance.now();
        const rows = rowsOf(text).added.map((row) => [idOf(row), JSON.stringify(row)] as const);
        reading += performance.now() - started;
        started = performance.now();
        for (const [id, payload] of rows) {
          if (find.get(account, id) !== payload) throw new Error(`line ${id} is not the same`);
        }
        ready += performance.now() - started;
      }
      return { ready: (ready * 1000) / lines, whole: ((ready + reading) * 1000) / lines };
    },
    close: () => {
      db.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const answer = z.object({
  added: z.array(z.unknown()),
  modified: z.array(z.unknown()),
  removed: z.array(z.unknown()),
});

export function rowsOf(text: string) {
  return answer.parse(JSON.parse(text));
}

function idOf(row: unknown): string {
  const id: unknown = typeof row === 'object' && row !== null && 'transaction_id' in row ? row.transaction_id : '';
  return String(id);
}

function valuesOf(line: StatementLineRecord, account: string, pull: string): unknown[] {
  return [
    account,
    line.providerLineId,
    line.state,
    line.amount.minor,
    line.amount.currency,
    line.date,
    line.authorizedDate,
    line.text,
    line.bankText,
    line.counterparty,
    'HARBOR SUPPLY',
    line.reference,
    line.checkNumber,
    line.category,
    line.channel,
    line.payload,
    pull,
    pull,
  ];
}
