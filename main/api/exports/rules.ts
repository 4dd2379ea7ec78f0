import { ruleSentence } from '../../coding/rule-words.ts';
import { listRules } from '../../coding/rules.ts';
import { type Cell, column, type Sheet, text } from '../../exports/sheet.ts';
import type { Work } from '../handler.ts';
import { withHead } from './head.ts';

/** Rules in the order in which they are asked. */
export async function ruleSheet(work: Work): Promise<Sheet> {
  const rules = await listRules(work.daybook.store.read);
  const rows = rules.map(({ document, hits, lastHitAt }, index): Cell[] => [
    { count: index + 1 },
    text(document.name),
    text(ruleSentence(document)),
    text(document.enabled ? 'on' : 'off'),
    text(document.autoApprove ? 'yes' : 'no'),
    { count: hits },
    text(lastHitAt),
  ]);
  const totals = {
    columns: [column('Total', 16), column('On', 9, 'figure'), column('Off', 9, 'figure'), column('Hits', 9, 'figure')],
    rows: [
      [
        text('Rules'),
        { count: rules.filter(({ document }) => document.enabled).length },
        { count: rules.filter(({ document }) => !document.enabled).length },
        { count: rules.reduce((sum, { hits }) => sum + hits, 0) },
      ],
    ],
  };
  return withHead(work, 'Rules', [], { columns: COLUMNS, rows, totals });
}

const COLUMNS = [
  column('Order', 8, 'figure'),
  column('Name', 30),
  column('What it does', 80),
  column('Switched', 10),
  column('Approves by itself', 18),
  column('Hits', 9, 'figure'),
  column('Last hit', 26),
];
