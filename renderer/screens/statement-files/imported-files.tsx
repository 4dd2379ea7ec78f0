import './statement-files.css';
import { useAction } from '../../api/use-action.ts';
import { useCall } from '../../api/use-call.ts';
import { tell } from '../../app/toasts.tsx';
import { Button } from '../../components/button.tsx';
import { confirm } from '../../components/confirm.tsx';
import { Day, Instant } from '../../components/day.tsx';
import { ErrorNote } from '../../components/error-note.tsx';
import { formatCount } from '../../i18n/format.ts';
import { t } from '../../i18n/t.ts';
import type { StatementFile } from './types.ts';

const NOTHING = {};
const SHOWN = 30;

/** The files that came, the newest first, each with its way back. */
export function ImportedFiles() {
  const { data: files } = useCall('statementFiles.list', NOTHING);
  const undo = useAction('statementFiles.undo');
  if (files === undefined || files.length === 0) return null;
  const takeBack = async (file: StatementFile) => {
    const agreed = await confirm({
      title: t('Take {name} back?', { name: file.name }),
      body: (
        <p>
          {t(
            'Its lines are removed, but for those that another file shows as well. The same file can be imported again.',
          )}
        </p>
      ),
      action: t('Take it back'),
      kind: 'danger',
    });
    if (agreed === null) return;
    const undone = await undo.run({ fileId: file.id });
    if (undone)
      tell(t('{count, plural, one {# line removed} other {# lines removed}}', { count: undone.removedLines }));
  };
  return (
    <>
      <ErrorNote error={undo.error} onClose={undo.clear} />
      <table className="sheet imported-files">
        <thead>
          <tr>
            <th scope="col">{t('File')}</th>
            <th scope="col">{t('Account')}</th>
            <th scope="col">{t('Days')}</th>
            <th scope="col" className="fig">
              {t('Lines')}
            </th>
            <th scope="col">{t('Imported')}</th>
            <th scope="col">
              <span className="visually-hidden">{t('Undo')}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {files.slice(0, SHOWN).map((file) => (
            <tr key={file.id} className={file.undoneAt === null ? undefined : 'gone'}>
              <td className="name">{file.name}</td>
              <td>
                {file.accounts
                  .map(({ name, last4 }) => (last4 === null || name.includes(last4) ? name : `${name} ··${last4}`))
                  .join(', ')}
              </td>
              <td>
                {file.from ? <Day value={file.from} form="short" /> : null}
                {file.to && file.to !== file.from ? (
                  <>
                    {' – '}
                    <Day value={file.to} form="short" />
                  </>
                ) : null}
              </td>
              <td className="fig">{formatCount(file.lines)}</td>
              <td>
                <Instant value={file.importedAt} />
              </td>
              <td className="right">
                {file.undoneAt === null ? (
                  <Button small kind="plain" isDisabled={undo.busy} onPress={() => void takeBack(file)}>
                    {t('Take back')} <span className="visually-hidden">{file.name}</span>
                  </Button>
                ) : (
                  <span className="quiet">{t('taken back')}</span>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}
