import { t } from '../../i18n/t.ts';
import type { QueueSort } from './queue-source.ts';

export type ColumnId = 'select' | 'date' | 'account' | 'who' | 'amount' | 'coding' | 'reason' | 'state';

export type Column = {
  readonly id: ColumnId;
  readonly label: () => string;
  /** A CSS track. */
  readonly width: string;
  readonly sort?: QueueSort['by'];
  /** Left out below this width of the grid; 0: always there. */
  readonly from: number;
  /** A person may hide it. */
  readonly optional?: true;
};

export const COLUMNS: readonly Column[] = [
  { id: 'select', label: () => t('Selected'), width: '28px', from: 0 },
  { id: 'date', label: () => t('Date'), width: '82px', sort: 'date', from: 0 },
  {
    id: 'account',
    label: () => t('Account'),
    width: 'minmax(96px, 0.7fr)',
    sort: 'account',
    from: 860,
    optional: true,
  },
  { id: 'who', label: () => t('Counterparty and text'), width: 'minmax(150px, 1.6fr)', sort: 'counterparty', from: 0 },
  { id: 'amount', label: () => t('Amount'), width: '124px', sort: 'amount', from: 0 },
  { id: 'coding', label: () => t('Coding'), width: 'minmax(170px, 1.6fr)', sort: 'coding', from: 0 },
  { id: 'reason', label: () => t('Reason'), width: 'minmax(120px, 1fr)', from: 980, optional: true },
  { id: 'state', label: () => t('State'), width: '84px', sort: 'state', from: 620 },
];

/** The columns that a grid of this width shows. */
export function shownColumns(width: number, hidden: readonly string[]): readonly Column[] {
  return COLUMNS.filter((column) => width >= column.from && !(column.optional && hidden.includes(column.id)));
}
