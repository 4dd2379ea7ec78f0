import type { QueueItem } from '../../api/contract.ts';
import { formatDay, formatDecimal } from '../../i18n/format.ts';
import { t } from '../../i18n/t.ts';
import type { ColumnId } from './columns.ts';
import {
  accountText,
  accountTypeLabel,
  codeText,
  entityText,
  feedAccountText,
  kindLabel,
  saidReason,
  stateLabel,
  stateTone,
} from './labels.ts';

export type CellProps = {
  readonly column: ColumnId;
  readonly item: QueueItem;
  readonly selected: boolean;
  readonly density: 'comfortable' | 'dense';
  readonly currency: boolean;
};

/** What stands in one cell. Plain texts only: bank text is never markup. */
export function Cell({ column, item, selected, density, currency }: CellProps) {
  switch (column) {
    case 'select':
      return <span className="rg-box" data-on={selected} />;
    case 'date':
      return (
        <time className="figure" dateTime={item.date} title={formatDay(item.date, 'full')}>
          {formatDay(item.date)}
        </time>
      );
    case 'account':
      return (
        <span
          className="rg-lines"
          title={[
            `${item.feedAccount.bank ?? ''} ${feedAccountText(item.feedAccount)}`,
            [item.legalEntity, item.entityName].filter(Boolean).join(' · '),
          ].join('\n')}
        >
          <span className="rg-line">
            <span className="rg-name">{item.feedAccount.name}</span>
            {density === 'dense' && item.feedAccount.mask ? (
              <span className="rg-mask">··{item.feedAccount.mask}</span>
            ) : null}
          </span>
          {density === 'comfortable' ? (
            <span className="rg-line rg-second">
              {[
                item.feedAccount.mask ? `··${item.feedAccount.mask}` : '',
                entityText(item.legalEntity, item.entityName),
              ]
                .filter(Boolean)
                .join(' · ')}
            </span>
          ) : null}
        </span>
      );
    case 'who':
      return <Who item={item} density={density} />;
    case 'amount':
      return (
        <span className="amount">
          {formatDecimal(item.amount.amount)}
          {currency ? <span className="currency">{item.amount.currency}</span> : null}
        </span>
      );
    case 'coding':
      return <Coding item={item} density={density} />;
    case 'reason':
      return <Reason item={item} />;
    case 'state':
      return <span className={`rg-state tone-${stateTone(item.state)}`}>{stateLabel(item.state)}</span>;
    default:
      return null;
  }
}

function Who({ item, density }: { readonly item: QueueItem; readonly density: 'comfortable' | 'dense' }) {
  const name = item.counterparty ?? item.lineText;
  const marks = [
    item.kind === 'entry' ? '' : kindLabel(item.kind),
    item.lineState === 'pending' && item.kind !== 'pending' ? t('Pending') : '',
    item.note ? t('Note') : '',
  ].filter((mark) => mark !== '');
  const under = item.text === name ? (item.bankText ?? item.lineText) : item.text;
  return (
    <span className="rg-lines" title={[name, item.text, item.bankText, item.note].filter(Boolean).join('\n')}>
      <span className="rg-line">
        <bdi className="rg-name">{name}</bdi>
        {density === 'dense' && under !== name ? <bdi className="rg-second"> {under}</bdi> : null}
        {marks.map((mark) => (
          <span key={mark} className="rg-mark">
            {mark}
          </span>
        ))}
      </span>
      {density === 'comfortable' && under !== name ? <bdi className="rg-line rg-second">{under}</bdi> : null}
    </span>
  );
}

function Coding({ item, density }: { readonly item: QueueItem; readonly density: 'comfortable' | 'dense' }) {
  const [first] = item.offsets;
  const split = item.offsets.length > 1;
  const who = first ? accountTypeLabel(first.accountType) : '';
  const unbooked = item.state === 'excluded' && !split && !first?.account;
  const text = unbooked
    ? t('Not booked')
    : split
      ? t('Split in {count}', { count: item.offsets.length })
      : `${who === '' ? '' : `${who} `}${accountText(first?.account ?? null, first?.accountName ?? null)}`;
  const codes = split
    ? item.offsets.map((offset) => offset.account ?? '?').join(' · ')
    : (first?.codes ?? []).map(codeText).join(' · ');
  const title = split
    ? item.offsets.map((offset) => accountText(offset.account, offset.accountName)).join('\n')
    : [text, ...(first?.codes ?? []).map((code) => `${code.label}: ${codeText(code)}`)].join('\n');
  const missing = !unbooked && (first === undefined || item.offsets.some((offset) => offset.account === null));
  return (
    <span className="rg-lines rg-coding-text" data-missing={missing} title={title}>
      <span className="rg-line">
        <span className="rg-name">{text}</span>
        {item.codedBy === 'rule' ? (
          <abbr className="rg-rule-mark" title={item.ruleName ?? t('Rule')}>
            R
          </abbr>
        ) : null}
        {density === 'dense' && codes !== '' ? <span className="rg-codes">{codes}</span> : null}
      </span>
      {density === 'comfortable' ? <span className="rg-line rg-second">{codes}</span> : null}
    </span>
  );
}

function Reason({ item }: { readonly item: QueueItem }) {
  const [need, ...more] = item.needs;
  if (need !== undefined)
    return (
      <span className="rg-need" title={item.needs.join('\n')}>
        {need}
        {more.length > 0 ? ` +${more.length}` : ''}
      </span>
    );
  const { by, reason } = saidReason(item);
  const beside = item.alternative
    ? t('or {account}: {reason}', {
        account: accountText(item.alternative.account, item.alternative.accountName),
        reason: item.alternative.reason,
      })
    : '';
  return (
    <span className="rg-reason-text" title={[reason, beside].filter(Boolean).join('\n')}>
      {by === '' ? null : <span className={reason === '' ? undefined : 'rg-by'}>{by}</span>}
      {reason}
      {beside === '' ? null : <em> {beside}</em>}
    </span>
  );
}
