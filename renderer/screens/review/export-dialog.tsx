import { useState } from 'react';
import type { CallInput } from '../../api/contract.ts';
import { useAction } from '../../api/use-action.ts';
import { saveFile } from '../../app/save-file.ts';
import { tell } from '../../app/toasts.tsx';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { ErrorNote } from '../../components/error-note.tsx';
import { Choose } from '../../components/fields.tsx';
import { WorkProgress } from '../../components/progress.tsx';
import { formatCount } from '../../i18n/format.ts';
import { t } from '../../i18n/t.ts';

type Input = CallInput<'export.queue'>;

export type ExportDialogProps = {
  readonly filter: Input['filter'];
  readonly sort: Input['sort'];
  readonly count: number;
  readonly onClose: () => void;
};

/** Writes exactly what is filtered, with totals, filter and author at the head. */
export function ExportDialog({ filter, sort, count, onClose }: ExportDialogProps) {
  const [format, setFormat] = useState<Input['format']>('xlsx');
  const make = useAction('export.queue');
  const { cancel, busy } = make;
  const run = async () => {
    const file = await make.run({ ...(filter ? { filter } : {}), ...(sort ? { sort } : {}), format });
    if (!file) return;
    saveFile(file);
    tell(
      t('{rows, plural, one {# line} other {{shown} lines}} written to {name}', {
        rows: file.rows,
        shown: formatCount(file.rows),
        name: file.name,
      }),
    );
    onClose();
  };
  return (
    <Dialog
      title={t('Export this list')}
      onClose={onClose}
      locked={busy}
      footer={
        <>
          <Button onPress={busy ? cancel : onClose}>{busy ? t('Stop') : t('Cancel')}</Button>
          <Button kind="primary" autoFocus isDisabled={busy} onPress={() => void run()}>
            {t('Export {count, plural, one {# line} other {{shown} lines}}', { count, shown: formatCount(count) })}
          </Button>
        </>
      }
    >
      <Choose
        label={t('Format')}
        value={format}
        choices={[
          { value: 'xlsx', label: t('Excel, with real numbers and dates') },
          { value: 'csv', label: t('CSV, formulas made harmless') },
        ]}
        onChange={setFormat}
      />
      {busy ? <WorkProgress progress={make.progress} label={t('Writing')} /> : null}
      <ErrorNote error={make.error} retry={() => void run()} />
    </Dialog>
  );
}
