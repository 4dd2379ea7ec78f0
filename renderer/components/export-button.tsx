import { useState } from 'react';
import { useCommands } from '../app/commands.ts';
import { t } from '../i18n/t.ts';
import { Button } from './button.tsx';
import { ExportDialog, type ExportDialogProps, type ExportName } from './export-dialog.tsx';
import { Icon } from './icon.tsx';

/** Exports the list of a screen: `<ExportButton name="export.audit" input={{ filter }} count={total} />`. */
export function ExportButton<N extends ExportName>(props: Omit<ExportDialogProps<N>, 'onClose'>) {
  const [open, setOpen] = useState(false);
  useCommands({ 'export.open': () => setOpen(true) });
  return (
    <>
      <Button kind="plain" command="export.open" onPress={() => setOpen(true)}>
        <Icon name="export" />
        {t('Export')}
      </Button>
      {open ? <ExportDialog {...props} onClose={() => setOpen(false)} /> : null}
    </>
  );
}
