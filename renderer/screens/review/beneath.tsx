import { useStore } from 'zustand';
import type { QueueItem } from '../../api/contract.ts';
import { useAction } from '../../api/use-action.ts';
import { type Coded, EditStrip } from '../../components/review-grid/edit-strip.tsx';
import { SplitEditor } from '../../components/review-grid/split-editor.tsx';
import { SplitRows } from '../../components/review-grid/split-rows.tsx';
import type { Decide } from './use-decide.ts';
import type { Review } from './use-review.ts';

export type BeneathProps = {
  readonly item: QueueItem;
  readonly review: Review;
  readonly decide: Decide;
  readonly onHeight: (height: number) => void;
};

/** What hangs beneath a row: the split editor, the fields of its coding, or the parts of its split. */
export function BeneathRow({ item, review, decide, onHeight }: BeneathProps) {
  const { store, source } = review;
  const editing = useStore(store, (state) => state.editing);
  const splitting = useStore(store, (state) => state.splitting);
  const edit = useAction('proposals.edit');
  const split = useAction('proposals.split');
  const close = () => store.setState({ editing: undefined, splitting: undefined });

  if (splitting === item.id)
    return (
      <SplitEditor
        item={item}
        busy={split.busy}
        error={split.error}
        onHeight={onHeight}
        onCancel={close}
        onSave={(parts) => {
          void source
            .writing(() => split.run({ id: item.id, revision: item.revision, parts }))
            .then((done) => {
              if (done)
                store.setState(({ unfolded }) => ({ splitting: undefined, unfolded: new Set([...unfolded, item.id]) }));
            });
        }}
      />
    );
  if (editing?.id === item.id) {
    const before = source.at(store.getState().index - 1);
    return (
      <EditStrip
        key={editing.field}
        connectionId={item.ledgerConnectionId}
        legalEntity={item.legalEntity}
        first={codedOf(item)}
        above={before && codedOf(before)}
        field={editing.field}
        amount={item.amount}
        busy={edit.busy}
        error={edit.error}
        onHeight={onHeight}
        onCancel={close}
        onSplit={() => store.setState({ editing: undefined, splitting: item.id })}
        onSave={(change) => {
          if (change === null) return close();
          void source
            .writing(() => edit.run({ ids: [item.id], revisions: { [item.id]: item.revision }, change }))
            .then((done) => {
              if (done) close();
            });
          void decide;
        }}
      />
    );
  }
  return <SplitRows item={item} onHeight={onHeight} />;
}

export function codedOf(item: QueueItem): Coded {
  const [first] = item.offsets;
  return {
    accountType: first?.accountType ?? 'ledger',
    account: first?.account ?? '',
    accountName: first?.accountName ?? null,
    dimensions: first?.dimensions ?? {},
    text: item.text,
    note: item.note ?? '',
  };
}
