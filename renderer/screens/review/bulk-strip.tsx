import type { QueueItem } from '../../api/contract.ts';
import { useAction } from '../../api/use-action.ts';
import { tell } from '../../app/toasts.tsx';
import { EditStrip } from '../../components/review-grid/edit-strip.tsx';
import type { CodingField } from '../../components/review-grid/grid-state.ts';
import { formatCount } from '../../i18n/format.ts';
import { t } from '../../i18n/t.ts';
import type { Decide, Target } from './use-decide.ts';
import type { Review } from './use-review.ts';

export type Bulk = { readonly target: Target; readonly field: CodingField; readonly sample: QueueItem };

export type BulkStripProps = {
  readonly bulk: Bulk;
  readonly review: Review;
  readonly decide: Decide;
  readonly onClose: () => void;
};

/** One value for every selected line, as one step to take back. It names how many. */
export function BulkStrip({ bulk, review, decide, onClose }: BulkStripProps) {
  const edit = useAction('proposals.edit');
  const count = bulk.target.ids.length;
  const shown = { count, shown: formatCount(count) };
  return (
    <div className="bulk-strip">
      <EditStrip
        connectionId={bulk.sample.ledgerConnectionId}
        legalEntity={bulk.sample.legalEntity}
        first={undefined}
        above={undefined}
        field={bulk.field}
        amount={undefined}
        title={t('Set on {count, plural, one {# line} other {{shown} lines}}', shown)}
        busy={edit.busy}
        error={edit.error}
        onCancel={onClose}
        onSave={(change) => {
          if (change === null) return onClose();
          void review.source
            .writing(() => edit.run({ ids: [...bulk.target.ids], change }))
            .then((done) => {
              if (!done) return;
              tell(
                t('{count, plural, one {# line changed} other {{shown} lines changed}}', {
                  count: done.changed.length,
                  shown: formatCount(done.changed.length),
                }),
                {
                  label: t('Undo'),
                  act: () => void decide.undo(),
                },
              );
              onClose();
            });
        }}
      />
    </div>
  );
}
