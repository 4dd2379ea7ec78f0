import { useState } from 'react';
import { z } from 'zod';
import type { CallOutput } from '../../api/contract.ts';
import { useAction } from '../../api/use-action.ts';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { ErrorNote } from '../../components/error-note.tsx';
import { WorkProgress } from '../../components/progress.tsx';
import { t } from '../../i18n/t.ts';

type Applied = CallOutput<'setup.apply'>;
type Outcome = 'created' | 'updated' | 'unchanged';

const outline = z.looseObject({
  connections: z.array(z.looseObject({ name: z.string() })).default([]),
  mappings: z.array(z.unknown()).default([]),
  rules: z.array(z.unknown()).default([]),
});

export type SetupFile = { readonly name: string; readonly text: string };

/** Shows what a setup document holds, and applies it. */
export function SetupDialog({ file, onClose }: { readonly file: SetupFile; readonly onClose: () => void }) {
  const apply = useAction('setup.apply');
  const [applied, setApplied] = useState<Applied | null>(null);
  const document = read(file.text);
  const run = async () => {
    const result = document && (await apply.run({ document: document.json }));
    if (result) setApplied(result);
  };
  return (
    <Dialog
      title={t('Import {file}', { file: file.name })}
      onClose={onClose}
      locked={apply.busy}
      footer={
        applied || !document ? (
          <Button key="close" kind="primary" autoFocus onPress={onClose}>
            {t('Close')}
          </Button>
        ) : apply.busy ? (
          <Button key="stop" autoFocus onPress={apply.cancel}>
            {t('Stop')}
          </Button>
        ) : (
          <>
            <Button onPress={onClose}>{t('Cancel')}</Button>
            <Button key="apply" kind="primary" autoFocus onPress={() => void run()}>
              {t('Apply the setup')}
            </Button>
          </>
        )
      }
    >
      {document === null ? (
        <p role="alert">
          {t(
            'This file is not a setup document: it must hold JSON with connections, mappings or rules. Nothing was changed.',
          )}
        </p>
      ) : applied ? (
        <Outcomes applied={applied} />
      ) : (
        <>
          <dl className="facts">
            <dt>{t('Connections')}</dt>
            <dd>{document.outline.connections.map(({ name }) => name).join(', ') || t('none')}</dd>
            <dt>{t('Mappings')}</dt>
            <dd>{document.outline.mappings.length}</dd>
            <dt>{t('Rules')}</dt>
            <dd>{document.outline.rules.length}</dd>
          </dl>
          <p>
            {t(
              'Everything is checked before the first change. What the document does not name stays. Secrets are never in a document: they come from the environment variables that it names.',
            )}
          </p>
        </>
      )}
      {apply.busy ? <WorkProgress progress={apply.progress} label={t('Applying the setup')} /> : null}
      <ErrorNote error={apply.error} retry={() => void run()} />
    </Dialog>
  );
}

function read(text: string) {
  try {
    const json = z.json().parse(JSON.parse(text));
    return { json, outline: outline.parse(json) };
  } catch {
    // Not JSON, or not of this form: the dialog says so.
    return null;
  }
}

function Outcomes({ applied }: { readonly applied: Applied }) {
  const parts: readonly (readonly [string, readonly { readonly outcome: Outcome }[]])[] = [
    [t('Connections'), applied.connections],
    [t('Banks'), applied.feeds],
    [t('Mappings'), applied.mappings],
    [t('Rules'), applied.rules],
  ];
  const count = (list: readonly { readonly outcome: Outcome }[], outcome: Outcome) =>
    list.filter((one) => one.outcome === outcome).length;
  return (
    <table className="outcomes">
      <thead>
        <tr>
          <td />
          <th scope="col">{t('New')}</th>
          <th scope="col">{t('Changed')}</th>
          <th scope="col">{t('As before')}</th>
        </tr>
      </thead>
      <tbody>
        {parts.map(([label, list]) => (
          <tr key={label}>
            <th scope="row">{label}</th>
            <td className="figure">{count(list, 'created')}</td>
            <td className="figure">{count(list, 'updated')}</td>
            <td className="figure">{count(list, 'unchanged')}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
