import { useEffect, useState } from 'react';
import { host, onReach } from '../api/client.ts';
import { t } from '../i18n/t.ts';
import { useAbout } from './session.ts';

/** What must never be overlooked: practice money, a bank's sandbox, the browser host, or main out of reach. */
export function Strip() {
  const [reached, setReached] = useState(true);
  useEffect(() => onReach(setReached), []);
  const { data: about } = useAbout();
  if (!reached)
    return (
      <div className="strip lost" role="alert">
        <strong>{t('NOT CONNECTED')}</strong>
        {t('Daybook’s own process does not answer. What you see may be old; nothing can be changed until it is back.')}
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
    </div>
  );
}
