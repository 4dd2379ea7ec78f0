import { exportTrail } from '../../audit/export.ts';
import { instantNow } from '../../core/clock.ts';
import { toCsv } from '../../exports/csv.ts';
import { toPrint } from '../../exports/print.ts';
import type { Sheet } from '../../exports/sheet.ts';
import { xlsxInThread } from '../../exports/xlsx-thread.ts';
import type { exportCalls } from '../calls/exports.ts';
import { auditSheet } from '../exports/audit.ts';
import { journalSheet } from '../exports/journals.ts';
import { lineSheet } from '../exports/lines.ts';
import { queueSheet } from '../exports/queue.ts';
import { reconciliationSheet } from '../exports/reconciliations.ts';
import { ruleSheet } from '../exports/rules.ts';
import type { HandlersOf, Work } from '../handler.ts';

export const exportHandlers: HandlersOf<typeof exportCalls> = {
  'export.queue': async (asked, work) => fileOf(work, await queueSheet(asked, work), asked.format),
  'export.lines': async (asked, work) => fileOf(work, await lineSheet(asked, work), asked.format),
  'export.journals': async (asked, work) => fileOf(work, await journalSheet(asked, work), asked.format),
  'export.rules': async (asked, work) => fileOf(work, await ruleSheet(work), asked.format),
  'export.reconciliations': async (asked, work) => fileOf(work, await reconciliationSheet(asked, work), asked.format),
  'export.audit': async (asked, work) =>
    asked.format === 'jsonl' ? wholeTrail(work) : fileOf(work, await auditSheet(asked, work), asked.format),
};

async function wholeTrail(work: Work) {
  let content = '';
  let rows = 0;
  for await (const page of exportTrail(work.daybook.store.read, 'jsonl')) {
    work.stop.throwIfAborted();
    content += page;
    rows += page.split('\n').length - 1;
  }
  const name = nameOf(work, 'Audit trail', 'jsonl');
  return { name, mediaType: 'application/jsonl', encoding: 'utf8' as const, content, rows };
}

async function fileOf(work: Work, sheet: Sheet, format: 'csv' | 'xlsx' | 'print') {
  const rows = sheet.rows.length;
  if (format === 'print') {
    const content = JSON.stringify(toPrint(sheet));
    return { name: sheet.name, mediaType: 'application/json', encoding: 'utf8' as const, content, rows };
  }
  const name = nameOf(work, sheet.name, format);
  work.progress(0, null, 'Writing the file');
  if (format === 'csv') {
    const content = await toCsv(sheet, work.stop);
    return { name, mediaType: 'text/csv', encoding: 'utf8' as const, content, rows };
  }
  const content = (await xlsxInThread(sheet, work.stop)).toString('base64');
  const mediaType = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
  return { name, mediaType, encoding: 'base64' as const, content, rows };
}

function nameOf(work: Work, what: string, extension: string): string {
  const day = instantNow(work.daybook.ports.clock).slice(0, 10);
  return `daybook-${what.toLowerCase().replaceAll(' ', '-')}-${day}.${extension}`;
}
