import { useState } from 'react';
import type { CallInput } from '../api/contract.ts';
import { useAction } from '../api/use-action.ts';
import { saveFile } from '../app/save-file.ts';
import { tell } from '../app/toasts.tsx';
import { formatCount } from '../i18n/format.ts';
import { t } from '../i18n/t.ts';
import { Button } from './button.tsx';
import { Dialog } from './dialog.tsx';
import { ErrorNote } from './error-note.tsx';
import { Choose } from './fields.tsx';
import { printSheet } from './print-sheet.tsx';
import { WorkProgress } from './progress.tsx';

/** The calls that export a list; each takes the very filter of its list. */
export type ExportName =
  | 'export.queue'
  | 'export.lines'
  | 'export.journals'
  | 'export.rules'
  | 'export.reconciliations'
  | 'export.audit';

type Format = 'xlsx' | 'csv' | 'print';

export type ExportDialogProps<N extends ExportName> = {
  readonly name: N;
  /** The filter and sort that the screen shows now. */
  readonly input: Omit<CallInput<N>, 'format'>;
  /** How many rows the screen says it shows; left out where the file has more rows than the screen, such as open items. */
  readonly count?: number | undefined;
  readonly onClose: () => void;
};

/** Writes exactly what is filtered, with totals, filter and author at the head: as a file, or on paper. */
export function ExportDialog<N extends ExportName>({ name, input, count, onClose }: ExportDialogProps<N>) {
  const [format, setFormat] = useState<Format>('xlsx');
  const make = useAction(name);
  const { cancel, busy } = make;
  const run = async () => {
    const file = await make.run({ ...input, format } as CallInput<N>);
    if (!file) return;
    onClose();
    if (format === 'print') {
      printSheet(file.content);
      return;
    }
    saveFile(file);
    tell(
      t('{rows, plural, one {# row} other {{shown} rows}} written to {name}', {
        rows: file.rows,
        shown: formatCount(file.rows),
        name: file.name,
      }),
    );
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
            {actionLabel(format, count)}
          </Button>
        </>
      }
    >
      <p>{t('Exactly what is filtered now, with totals, the filter and your name at the head.')}</p>
      <Choose
        label={t('Format')}
        value={format}
        choices={[
          { value: 'xlsx', label: t('Excel, with real numbers and dates') },
          { value: 'csv', label: t('CSV, formulas made harmless') },
          { value: 'print', label: t('Print, or save as PDF') },
        ]}
        onChange={setFormat}
      />
      {busy ? <WorkProgress progress={make.progress} label={t('Writing')} /> : null}
      <ErrorNote error={make.error} retry={() => void run()} />
    </Dialog>
  );
}

function actionLabel(format: Format, count: number | undefined): string {
  if (count === undefined) return format === 'print' ? t('Print') : t('Write the file');
  const counted = { count, shown: formatCount(count) };
  return format === 'print'
    ? t('Print {count, plural, one {# row} other {{shown} rows}}', counted)
    : t('Export {count, plural, one {# row} other {{shown} rows}}', counted);
}
