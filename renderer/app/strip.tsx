import { useEffect, useState } from 'react';
import { host, on, onReach } from '../api/client.ts';
import { useAction } from '../api/use-action.ts';
import { useCall } from '../api/use-call.ts';
import { Button } from '../components/button.tsx';
import { ErrorNote } from '../components/error-note.tsx';
import { WorkProgress } from '../components/progress.tsx';
import { t } from '../i18n/t.ts';
import { useCommands } from './commands.ts';
import { useAbout } from './session.ts';

const NOTHING = {};

/** What must never be overlooked: practice money, a bank's sandbox, the browser host, or main out of reach. */
export function Strip() {
  const [reached, setReached] = useState(true);
  useEffect(() => onReach(setReached), []);
  const { data: about } = useAbout();
  const practice = usePracticeCompany();
  if (!reached)
    return (
      <div className="strip lost" role="alert">
        <strong>{t('NOT CONNECTED')}</strong>
        {t('Daybook’s own process does not answer. What you see may be old; nothing can be changed until it is back.')}
      </div>
    );
  if (practice.error)
    return (
      <div className="strip said">
        <ErrorNote error={practice.error} retry={practice.again} onClose={practice.clear} />
      </div>
    );
  if (practice.opening)
    return (
      <div className="strip said">
        <WorkProgress progress={practice.progress} label={t('Opening the practice company')} />
      </div>
    );
  const sandbox = about?.environments.includes('sandbox') ?? false;
  const browser = host === 'browser';
  if (!about || !(about.practice || sandbox || browser)) return null;
  return (
    <div className="strip" role="note">
      {about.practice ? <strong>{t('PRACTICE COMPANY')}</strong> : sandbox ? <strong>{t('SANDBOX')}</strong> : null}
      {about.practice ? (
        <span>{t('Invented banks and an invented ERP. Nothing here is real money.')}</span>
      ) : sandbox ? (
        <span>{t('Test connections. Nothing here is real money.')}</span>
      ) : null}
      {browser ? <span>{t('Browser host: this page is served by Daybook on this computer alone.')}</span> : null}
      {practice.leave ? (
        <span className="way-back">
          <Button small onPress={practice.leave}>
            {t('Back to your own workspace')}
          </Button>
        </span>
      ) : null}
    </div>
  );
}

/** The way into the practice company and back. Once the host shows another workspace, the page begins anew. */
function usePracticeCompany() {
  const { data: about } = useCall('host.about', NOTHING);
  const entering = useAction('host.openPractice');
  const leaving = useAction('host.leavePractice');
  useEffect(
    () =>
      on('host.workspace', () => {
        window.location.hash = '#/';
        window.location.reload();
      }),
    [],
  );
  const free = about !== undefined && !about.locked && !entering.busy && !leaving.busy;
  const enter = free && about.practice === 'offered' ? () => void entering.run({}) : undefined;
  const leave = free && about.practice === 'open' ? () => void leaving.run({}) : undefined;
  useCommands({ 'practice.open': enter, 'practice.leave': leave });
  const failed = entering.error ? entering : leaving;
  return {
    leave,
    opening: entering.busy,
    progress: entering.progress,
    error: failed.error,
    again: failed === entering ? enter : leave,
    clear: failed.clear,
  };
}
