/**
 * The named peer: Actual's own API taking the same lines, 500 a call, twice. Prints lines a second as one JSON line.
 * In a process of its own, because it keeps global state and writes its own log to the console.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as actual from '@actual-app/api';
import { mapPage } from '../../main/connectors/plaid/map.ts';
import { plaidPage } from './plaid-pages.ts';
import { rowsOf } from './raw.ts';

const lines = Number(process.argv[2]);
const pages = Array.from({ length: Math.ceil(lines / 500) }, (_, page) =>
  mapPage(rowsOf(plaidPage(lines, page))).lines.map((line) => ({
    date: line.date,
    // Actual counts in hundredths.
    amount: Number(line.amount.minor),
    payee_name: line.counterparty ?? line.text,
    imported_payee: line.text,
    notes: line.bankText ?? '',
    imported_id: line.providerLineId,
    cleared: true,
  })),
);
console.log = () => {};
console.debug = () => {};
console.info = () => {};
console.warn = () => {};

const folder = mkdtempSync(join(tmpdir(), 'daybook-bench-'));
await actual.init({ dataDir: folder });
await actual.runImport('bench', async () => {});
const account = await actual.createAccount({ name: 'Checking' }, 0);
const importAll = async () => {
  const started = performance.now();
  for (const page of pages)
    await actual.importTransactions(
      account,
      page.map((line) => ({ ...line, account })),
    );
  return lines / ((performance.now() - started) / 1000);
};
const first = await importAll();
const again = await importAll();
await actual.shutdown();
rmSync(folder, { recursive: true, force: true });
process.stdout.write(`\n${JSON.stringify({ first, again })}\n`);
