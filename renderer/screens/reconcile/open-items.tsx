import { useState } from 'react';
import { to } from '../../app/route.ts';
import { Amount } from '../../components/amount.tsx';
import { Button } from '../../components/button.tsx';
import { Day } from '../../components/day.tsx';
import { Icon } from '../../components/icon.tsx';
import { formatCount } from '../../i18n/format.ts';
import { t } from '../../i18n/t.ts';
import { isWrong, openItemLabel } from './labels.ts';
import { byKind, isZero, type KindGroup } from './sums.ts';
import type { OpenItem, Reconciliation } from './types.ts';

/** From the ledger's balance to the bank's: each reason with its count and sum, its items beneath by name. */
export function OpenItems({ of }: { readonly of: Reconciliation }) {
  const { kinds, unexplained } = byKind(of);
  return (
    <>
      {kinds.map((group) => (
        <Kind key={group.kind} group={group} />
      ))}
      {isZero(unexplained) ? null : (
        <tr className="item-kind">
          <td colSpan={4} className="tone-wrong">
            {t('No open item explains the rest. Look at this account’s bank and ledger lines of the day.')}
          </td>
          <td className="fig tone-wrong">
            <span className="difference">
              <Amount value={unexplained} currency={false} />
              <span className="difference-mark" />
            </span>
          </td>
          <td />
        </tr>
      )}
    </>
  );
}

const FEW = 5;
const MANY = 200;

function Kind({ group: { kind, items, sum } }: { readonly group: KindGroup }) {
  const [open, setOpen] = useState(items.length <= FEW);
  const [all, setAll] = useState(false);
  const label = openItemLabel(kind);
  const shown = open ? (all ? items : items.slice(0, MANY)) : [];
  return (
    <>
      <tr className="item-kind">
        <td colSpan={4}>
          <Button kind="plain" small aria-expanded={open} onPress={() => setOpen(!open)}>
            <Icon name={open ? 'down' : 'right'} />
            <span className={isWrong(kind) ? 'tone-wrong' : undefined}>{label}</span>
            <span className="quiet figure">{formatCount(items.length)}</span>
          </Button>
        </td>
        <td className="fig">
          <span className="difference">
            <Amount value={sum} currency={false} />
            <span className="difference-mark" />
          </span>
        </td>
        <td />
      </tr>
      {shown.map((item, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: items have no id of their own and are shown as they were stored
        <Item key={index} item={item} />
      ))}
      {open && shown.length < items.length ? (
        <tr className="item">
          <td colSpan={6}>
            <Button kind="link" onPress={() => setAll(true)}>
              {t('Show all {count}', { count: formatCount(items.length) })}
            </Button>
          </td>
        </tr>
      ) : null}
    </>
  );
}

function Item({ item: { date, text, amount, lineIds, proposalId } }: { readonly item: OpenItem }) {
  const [line] = lineIds;
  const place =
    proposalId !== null
      ? to(['review', 'entry', proposalId])
      : line !== undefined
        ? to(['activity', 'line', line])
        : null;
  const words = text.length > 300 ? `${text.slice(0, 300)}…` : text;
  return (
    <tr className="item">
      <td className="item-day">
        <Day value={date} />
      </td>
      <td colSpan={3} className="item-text" title={text.slice(0, 1_000)}>
        {place === null ? (
          <bdi>{words}</bdi>
        ) : (
          <a href={place}>
            <bdi>{words}</bdi>
          </a>
        )}
        {lineIds.length > 1 ? (
          <span className="quiet small"> {t('{count} lines', { count: lineIds.length })}</span>
        ) : null}
      </td>
      <td className="fig">
        <span className="difference">
          <Amount value={amount} currency={false} />
          <span className="difference-mark" />
        </span>
      </td>
      <td />
    </tr>
  );
}
