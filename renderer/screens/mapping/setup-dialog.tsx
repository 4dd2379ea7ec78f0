import { useMemo, useState } from 'react';
import { z } from 'zod';
import type { CallOutput } from '../../api/contract.ts';
import { useAction } from '../../api/use-action.ts';
import { useCall } from '../../api/use-call.ts';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { ErrorNote } from '../../components/error-note.tsx';
import { Check } from '../../components/fields.tsx';
import { WorkProgress } from '../../components/progress.tsx';
import { t } from '../../i18n/t.ts';

type Applied = CallOutput<'setup.apply'>;
type Outcome = 'created' | 'updated' | 'unchanged';

const PARTS = ['connections', 'mappings', 'rules'] as const;
type Part = (typeof PARTS)[number];

const setup = z.record(z.string(), z.json());
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
  const [chosen, setChosen] = useState<Partial<Record<Part, boolean>>>({});
  const here = useCall('connections.list', {});
  const document = useMemo(() => read(file.text), [file.text]);
  const names = document?.outline.connections.map(({ name }) => name) ?? [];
  const known = names.length > 0 && names.every((name) => here.data?.some((connection) => connection.name === name));
  // Connections that are here keep their keys: a document names secrets and never holds them.
  const takes = (part: Part) => chosen[part] ?? !(part === 'connections' && known);
  const run = async () => {
    if (!document) return;
    const left = PARTS.filter((part) => !takes(part));
    const parts = Object.fromEntries(
      Object.entries(document.json).filter(([key]) => !left.some((part) => part === key)),
    );
    const result = await apply.run({ document: parts });
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
          <fieldset className="entities">
            <legend className="small">{t('What to apply')}</legend>
            {PARTS.map((part) => (
              <Check
                key={part}
                checked={takes(part) && document.outline[part].length > 0}
                isDisabled={document.outline[part].length === 0}
                onChange={(next) => setChosen({ ...chosen, [part]: next })}
              >
                {partLabel(part)}{' '}
                <span className="quiet">
                  {part === 'connections' ? names.join(', ') : document.outline[part].length}
                </span>
              </Check>
            ))}
          </fieldset>
          {known ? (
            <p className="small quiet">
              {t('These connections are here already and keep their settings and keys, unless you tick them.')}
            </p>
          ) : null}
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

function partLabel(part: Part): string {
  switch (part) {
    case 'connections':
      return t('Connections');
    case 'mappings':
      return t('Mappings');
    default:
      return t('Rules');
  }
}

function read(text: string) {
  try {
    const json = setup.parse(JSON.parse(text));
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
