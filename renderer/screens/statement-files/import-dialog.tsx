import './statement-files.css';
import { useState } from 'react';
import { DropZone, FileTrigger } from 'react-aria-components';
import { useAction } from '../../api/use-action.ts';
import { tell } from '../../app/toasts.tsx';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { ErrorNote } from '../../components/error-note.tsx';
import { WorkProgress } from '../../components/progress.tsx';
import { t } from '../../i18n/t.ts';
import { FileHints } from './file-hints.tsx';
import { PreviewView } from './preview-view.tsx';
import { type GivenFile, readFile } from './read-file.ts';
import type { Hints } from './types.ts';

/** Takes in a bank statement file: choose or drop it, see what is inside, take it in whole. */
export function ImportDialog({ onClose }: { readonly onClose: () => void }) {
  const [file, setFile] = useState<GivenFile | null>(null);
  const [hints, setHints] = useState<Hints>({});
  const preview = useAction('statementFiles.preview');
  const [seen, setSeen] = useState<Awaited<ReturnType<typeof preview.run>>>();
  const take = useAction('statementFiles.import');
  const undo = useAction('statementFiles.undo');

  const look = async (given: GivenFile, said: Hints) => {
    setFile(given);
    setHints(said);
    setSeen(undefined);
    take.clear();
    setSeen(await preview.run({ ...given, ...said }));
  };
  const choose = async (chosen: File | undefined) => {
    if (chosen) await look(await readFile(chosen), {});
  };
  const importNow = async () => {
    if (file === null) return;
    const done = await take.run({ ...file, ...hints });
    if (!done) return;
    onClose();
    const { fileId } = done;
    tell(
      done.outcome === 'known'
        ? t('All of {name} is here already', { name: file.name })
        : t('{count, plural, one {# new line} other {# new lines}} from {name}', {
            count: done.newLines,
            name: file.name,
          }),
      fileId === null ? undefined : { label: t('Undo'), act: () => void undo.run({ fileId }) },
    );
  };
  const busy = preview.busy || take.busy;
  const fits =
    seen !== undefined && seen.refused.length === 0 && seen.accounts.every(({ blocked }) => blocked === null);
  const news = seen?.accounts.reduce((sum, { newLines }) => sum + newLines, 0) ?? 0;
  return (
    <Dialog
      title={t('Import a statement file')}
      onClose={onClose}
      wide
      locked={take.busy}
      footer={
        <>
          <Button onPress={take.busy ? take.cancel : onClose}>{take.busy ? t('Stop') : t('Cancel')}</Button>
          <Button kind="primary" isDisabled={busy || !fits} onPress={() => void importNow()}>
            {seen === undefined
              ? t('Import')
              : t('{count, plural, =0 {Import: nothing is new} one {Import # line} other {Import # lines}}', {
                  count: news,
                })}
          </Button>
        </>
      }
    >
      <DropZone
        className="statement-drop"
        aria-label={t('Drop a statement file here')}
        onDrop={({ items }) => {
          const item = items.find((one) => one.kind === 'file');
          if (item?.kind === 'file') void item.getFile().then(choose);
        }}
      >
        <FileTrigger onSelect={(files) => void choose(files?.[0])}>
          <Button autoFocus isDisabled={busy} {...(file === null ? { kind: 'primary' as const } : {})}>
            {file === null ? t('Choose a file') : t('Choose another file')}
          </Button>
        </FileTrigger>
        <span className={file === null ? 'quiet' : undefined}>
          {file === null ? t('or drop it here: CAMT.053, MT940, BAI2, OFX or QIF') : file.name}
        </span>
      </DropZone>
      {busy ? (
        <WorkProgress progress={preview.busy ? preview.progress : take.progress} label={t('Reading the file')} />
      ) : null}
      <ErrorNote error={preview.error} />
      <ErrorNote error={take.error} />
      {file !== null && /\.qif$/i.test(file.name) ? (
        <FileHints hints={hints} onHints={(said) => void look(file, said)} />
      ) : null}
      {seen === undefined || file === null ? null : (
        <PreviewView
          preview={seen}
          choices={hints.accounts ?? []}
          onChoose={(accounts) => void look(file, { ...hints, accounts })}
        />
      )}
    </Dialog>
  );
}
