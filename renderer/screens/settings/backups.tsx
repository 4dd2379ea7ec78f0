import { useState } from 'react';
import type { CallOutput } from '../../api/contract.ts';
import { useAction } from '../../api/use-action.ts';
import { useCall } from '../../api/use-call.ts';
import { tell } from '../../app/toasts.tsx';
import { Button } from '../../components/button.tsx';
import { ErrorNote } from '../../components/error-note.tsx';
import { Check, TextInput } from '../../components/fields.tsx';
import { WorkProgress } from '../../components/progress.tsx';
import { Answered } from '../../components/states.tsx';
import { formatDecimal, formatInstant } from '../../i18n/format.ts';
import { t } from '../../i18n/t.ts';
import { RestoreDialog } from './restore-dialog.tsx';
import { SettingsForm } from './settings-form.tsx';
import { useSettingsForm } from './use-settings-form.ts';

type Backup = CallOutput<'backup.list'>[number];
type Settings = CallOutput<'settings.get'>;

/** Automatic backups, one by hand, and going back to one. */
export function Backups() {
  const settings = useCall('settings.get', {});
  const backups = useCall('backup.list', {});
  const make = useAction('backup.make');
  const [restoring, setRestoring] = useState<Backup | null>(null);
  const makeOne = async () => {
    const made = await make.run({});
    if (made) tell(t('The backup {name} is made and checked.', { name: made.name }));
  };
  return (
    <>
      <Answered answer={settings}>
        {(all) => <BackupForm key={JSON.stringify(all.backup)} backup={all.backup} />}
      </Answered>
      <section className="settings-part">
        <header>
          <h2>{t('Backups on this computer')}</h2>
          <Button isDisabled={make.busy} onPress={() => void makeOne()}>
            {t('Make one now')}
          </Button>
        </header>
        {make.busy ? <WorkProgress progress={make.progress} label={t('Copying and checking')} /> : null}
        <ErrorNote error={make.error} retry={() => void makeOne()} />
        <Answered answer={backups}>
          {(list) =>
            list.length === 0 ? (
              <p className="quiet">{t('No backup yet. Make one now, or switch on the daily one.')}</p>
            ) : (
              <table className="plain-table">
                <thead>
                  <tr>
                    <th scope="col">{t('Made')}</th>
                    <th scope="col">{t('File')}</th>
                    <th scope="col" className="right">
                      {t('Size')}
                    </th>
                    <td />
                  </tr>
                </thead>
                <tbody>
                  {list.map((backup) => (
                    <tr key={backup.path}>
                      <td className="figure">{madeAt(backup.name)}</td>
                      <td className="file" title={backup.path}>
                        {backup.name}
                      </td>
                      <td className="right figure">{t('{size} MB', { size: megabytes(backup.bytes) })}</td>
                      <td className="right">
                        <Button
                          small
                          aria-label={t('Restore {name}', { name: backup.name })}
                          onPress={() => setRestoring(backup)}
                        >
                          {t('Restore')}
                        </Button>
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            )
          }
        </Answered>
      </section>
      {restoring ? <RestoreDialog backup={restoring} onClose={() => setRestoring(null)} /> : null}
    </>
  );
}

function BackupForm({ backup }: { readonly backup: Settings['backup'] }) {
  const form = useSettingsForm({ backup });
  const [keep, setKeep] = useState(String(backup.keep));
  const number = /^\d{1,4}$/.test(keep.trim()) ? Number(keep) : 0;
  const wrong = number < 1 || number > 1_000;
  const { daily } = form.values.backup;
  return (
    <SettingsForm label={t('Automatic backups')} form={form} wrong={wrong}>
      <Check checked={daily} onChange={(next) => form.set({ backup: { ...form.values.backup, daily: next } })}>
        {t('Back up once a day')}
      </Check>
      <TextInput
        label={t('How many to keep')}
        value={keep}
        onChange={(text) => {
          setKeep(text);
          const next = Number(text);
          if (/^\d{1,4}$/.test(text.trim()) && next >= 1) form.set({ backup: { ...form.values.backup, keep: next } });
        }}
        description={t('The oldest goes when a new one is made.')}
        error={wrong ? t('A whole number from 1 to 1000.') : undefined}
      />
    </SettingsForm>
  );
}

/** The instant in the name of an automatic backup; other files are shown by name alone. */
function madeAt(name: string): string {
  const found = /(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})(\d{3})?Z/.exec(name);
  if (!found) return '';
  const [, year, month, day, hour, minute, second] = found;
  return formatInstant(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
}

/** With one decimal; a size is no money. */
function megabytes(bytes: number): string {
  const tenths = BigInt(bytes) / 104_858n;
  return formatDecimal(`${tenths / 10n}.${tenths % 10n}`);
}
