import { useLayoutEffect, useRef } from 'react';
import type { QueueItem } from '../../api/contract.ts';
import { Amount } from '../amount.tsx';
import { accountText, codeText } from './labels.ts';

/** The parts of a split row, unfolded beneath it; the last is what the others left. */
export function SplitRows({
  item,
  onHeight,
}: {
  readonly item: QueueItem;
  readonly onHeight: (height: number) => void;
}) {
  const box = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    if (box.current) onHeight(box.current.offsetHeight + 1);
  }, [onHeight]);
  return (
    <div className="split-parts" ref={box}>
      {item.offsets.map((offset, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the parts of an entry have no other name
        <div className="split-part" key={index}>
          <bdi className="cut part-text">{offset.text}</bdi>
          <span className="part-amount">
            <Amount value={offset.amount} currency={false} />
          </span>
          <span className="cut part-account">
            {accountText(offset.account, offset.accountName)}
            <span className="rg-codes">{offset.codes.map(codeText).join(' · ')}</span>
          </span>
        </div>
      ))}
    </div>
  );
}
