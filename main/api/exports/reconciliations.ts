import { type Cell, column, type Sheet, text } from '../../exports/sheet.ts';
import { listReconciliations, type StoredReconciliation } from '../../store/reconciliation-list.ts';
import { accountNames, period, saidList } from '../filter-words.ts';
import type { Handler, Work } from '../handler.ts';
import { withHead } from './head.ts';

type Asked = Parameters<Handler<'export.reconciliations'>>[0];

/** Each reconciliation with its balances, and under it its open items by name. */
export async function reconciliationSheet({ feedAccountId, from, to, newest }: Asked, work: Work): Promise<Sheet> {
  const filter = {
    newest,
    ...(feedAccountId === undefined ? {} : { feedAccountId }),
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
  };
  const window = { offset: 0, limit: 1_000_000 };
  const { reconciliations } = await listReconciliations(work.daybook.store.read, filter, window);
  const words = [
    saidList('account:', await accountNames(work.daybook, feedAccountId === undefined ? undefined : [feedAccountId])),
    ...period(filter),
    newest ? 'the newest day of each account' : null,
  ];
  const sheet = { columns: COLUMNS, rows: reconciliations.flatMap(rowsOf), totals: dayTotals(reconciliations) };
  return withHead(work, 'Reconciliations', words, sheet);
}

const COLUMNS = [
  column('Day', 12, 'date'),
  column('Account', 26),
  column('Legal entity', 12),
  column('Bank account', 16),
  column('Currency', 9),
  column('Bank balance', 16, 'figure'),
  column('Ledger balance', 16, 'figure'),
  column('Difference', 16, 'figure'),
  column('Open item', 20),
  column('Item date', 12, 'date'),
  column('Item text', 40),
  column('Item amount', 16, 'figure'),
];

function rowsOf(one: StoredReconciliation): Cell[][] {
  const { currency } = one;
  const account = [
    { date: one.date },
    text(one.mask === null ? one.name : `${one.name} ··${one.mask}`),
    text(one.legal_entity),
    text(one.bank_account),
    text(currency),
  ];
  const figure = (minor: bigint): Cell => ({ amount: { minor, currency } });
  const state =
    one.explained === 0n ? 'not explained' : one.difference_minor === 0n ? 'tied out' : 'explained by open items';
  return [
    [
      ...account,
      figure(one.bank_minor),
      figure(one.ledger_minor),
      figure(one.difference_minor),
      text(state),
      ...[text(''), text(''), text('')],
    ],
    ...one.openItems.map((item) => [
      ...account,
      ...[text(''), text(''), text('')],
      text(item.kind.replaceAll('_', ' ')),
      { date: item.date },
      text(item.text),
      figure(item.amountMinor),
    ]),
  ];
}

const TOTAL_COLUMNS = [
  column('Total of day', 16),
  column('Currency', 9),
  column('Accounts', 9, 'figure'),
  column('Tied out', 9, 'figure'),
  column('Bank balance', 16, 'figure'),
  column('Ledger balance', 16, 'figure'),
  column('Difference', 16, 'figure'),
];

/** Balances of different days or currencies are never added up. */
function dayTotals(reconciliations: readonly StoredReconciliation[]): Sheet['totals'] {
  const groups = Map.groupBy(reconciliations, ({ date, currency }) => `${date} ${currency}`);
  return {
    columns: TOTAL_COLUMNS,
    rows: [...groups.values()].flatMap((group) => {
      const [first] = group;
      if (!first) return [];
      const { currency } = first;
      const sum = (of: (one: StoredReconciliation) => bigint): Cell => ({
        amount: { minor: group.reduce((total, one) => total + of(one), 0n), currency },
      });
      return [
        [
          text(first.date),
          text(currency),
          { count: group.length },
          { count: group.filter((one) => one.difference_minor === 0n).length },
          sum((one) => one.bank_minor),
          sum((one) => one.ledger_minor),
          sum((one) => one.difference_minor),
        ],
      ];
    }),
  };
}
