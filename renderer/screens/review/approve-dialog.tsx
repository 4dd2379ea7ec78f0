import { useAction } from '../../api/use-action.ts';
import { useCall } from '../../api/use-call.ts';
import { tell } from '../../app/toasts.tsx';
import { Amount } from '../../components/amount.tsx';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { ErrorNote } from '../../components/error-note.tsx';
import type { QueueFilter, QueueSource } from '../../components/review-grid/queue-source.ts';
import { Answered } from '../../components/states.tsx';
import { formatCount } from '../../i18n/format.ts';
import { t } from '../../i18n/t.ts';

export type ApproveDialogProps = {
  readonly filter: QueueFilter;
  readonly source: QueueSource;
  readonly onUndo: () => void;
  readonly onClose: () => void;
};

/** Approves all that are ready under the filter, after showing how many and how much. One step to take back. */
export function ApproveDialog({ filter, source, onUndo, onClose }: ApproveDialogProps) {
  const preview = useCall('proposals.approvalPreview', { filter });
  const approve = useAction('proposals.approveReady');
  const count = preview.data?.ready.count ?? 0;
  const shown = { count, shown: formatCount(count) };
  const run = async () => {
    const done = await source.writing(() => approve.run({ filter }));
    if (!done) return;
    const changed = done.changed.length;
    tell(
      t('{count, plural, one {# line approved} other {{shown} lines approved}}', {
        count: changed,
        shown: formatCount(changed),
      }),
      { label: t('Undo'), act: onUndo },
    );
    onClose();
  };
  return (
    <Dialog
      title={t('Approve all that are ready')}
      onClose={onClose}
      footer={
        <>
          <Button onPress={onClose}>{t('Cancel')}</Button>
          <Button
            key={String(count > 0)}
            kind="primary"
            autoFocus
            isDisabled={count === 0 || approve.busy}
            onPress={() => void run()}
          >
            {t('Approve {count, plural, one {# line} other {{shown} lines}}', shown)}
          </Button>
        </>
      }
    >
      <Answered answer={preview}>
        {({ ready, needsPerson }) => (
          <>
            <table className="sums">
              <thead>
                <tr>
                  <th scope="col">{t('Lines')}</th>
                  <th scope="col" className="figure-cell">
                    {t('Debit')}
                  </th>
                  <th scope="col" className="figure-cell">
                    {t('Credit')}
                  </th>
                  <th scope="col" className="figure-cell">
                    {t('Difference')}
                  </th>
                </tr>
              </thead>
              <tbody>
                {ready.currencies.map((part) => (
                  <tr key={part.net.currency}>
                    <td className="figure">{formatCount(part.count)}</td>
                    <td className="figure-cell">
                      <Amount value={part.debit} currency={false} />
                    </td>
                    <td className="figure-cell">
                      <Amount value={part.credit} currency={false} />
                    </td>
                    <td className="figure-cell">
                      <Amount value={part.net} />
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
            <p className="quiet">
              {t('They are frozen as shown and wait under “Approved” until somebody posts them. Nothing is sent now.')}
              {needsPerson > 0
                ? ` ${t('{count, plural, one {# line needs} other {{shown} lines need}} a person and stay here.', { count: needsPerson, shown: formatCount(needsPerson) })}`
                : null}
            </p>
          </>
        )}
      </Answered>
      <ErrorNote error={approve.error} />
    </Dialog>
  );
}
