import { searchTrail } from '../../audit/search.ts';
import { column, type Sheet, text } from '../../exports/sheet.ts';
import { readWorkspace } from '../../store/workspace-info.ts';
import { auditEvents, auditWindow } from '../audit-filter.ts';
import { period, said } from '../filter-words.ts';
import type { Handler, Work } from '../handler.ts';
import { withHead } from './head.ts';

type Asked = Parameters<Handler<'export.audit'>>[0];

/** The events of the filter, newest first as on the screen. */
export async function auditSheet({ filter }: Asked, work: Work): Promise<Sheet> {
  const { read } = work.daybook.store;
  const { timeZone } = await readWorkspace(read);
  const { events } = await searchTrail(read, auditWindow(filter, timeZone), { offset: 0, limit: 1_000_000 });
  const rows = auditEvents(events).map((event) => [
    { count: event.seq },
    ...[event.at, event.actor, event.action, event.subject, event.sentence].map(text),
    text(JSON.stringify(event.data)),
    text(event.hash),
  ]);
  const words = [
    said('words:', filter.search),
    said('by', filter.actor),
    said('action', filter.action),
    said('about', filter.subject),
    ...period(filter),
  ];
  const actors = new Set(events.map(({ actor }) => actor)).size;
  const totals = {
    columns: [column('Total', 16), column('Events', 9, 'figure'), column('Actors', 9, 'figure')],
    rows: [[text('Trail'), { count: rows.length }, { count: actors }]],
  };
  return withHead(work, 'Audit trail', words, { columns: COLUMNS, rows, totals });
}

const COLUMNS = [
  column('Number', 9, 'figure'),
  column('At', 26),
  column('Actor', 18),
  column('Action', 26),
  column('Subject', 36),
  column('What happened', 60),
  column('Data', 60),
  column('Hash', 66),
];
