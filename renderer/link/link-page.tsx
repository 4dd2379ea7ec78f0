import './link.css';
import { useCallback, useEffect, useState } from 'react';
import { usePlaidLink } from 'react-plaid-link';
import { t } from '../i18n/t.ts';
import { orderOf, sayTo } from './opener.ts';

/**
 * The one page that holds Plaid's script, on an origin of its own without the API. It gets a link token from the screens
 * that opened it and tells them when the person is through; the public token stays here, main asks Plaid itself.
 */
export function LinkPage() {
  const [token, setToken] = useState<string | null>(null);
  const [ended, setEnded] = useState(false);
  useEffect(() => {
    const opener: unknown = window.opener;
    const onMessage = (event: MessageEvent<unknown>) => {
      const order = event.source === opener ? orderOf(event.data) : null;
      if (order) setToken(order.linkToken);
    };
    window.addEventListener('message', onMessage);
    sayTo(window.opener, { daybook: 'ready' });
    return () => window.removeEventListener('message', onMessage);
  }, []);
  const onEnd = useCallback(() => {
    setEnded(true);
    sayTo(window.opener, { daybook: 'ended' });
  }, []);
  const { open, ready, error } = usePlaidLink({ token, onSuccess: onEnd, onExit: onEnd });
  useEffect(() => {
    if (ready && !ended) open();
  }, [ready, ended, open]);
  return (
    <main className="link-page" aria-live="polite">
      <h1>{t('Sign in at your bank')}</h1>
      <p>{sentence({ asked: token !== null, failed: error !== null && error !== undefined, ended })}</p>
    </main>
  );
}

function sentence({
  asked,
  failed,
  ended,
}: {
  readonly asked: boolean;
  readonly failed: boolean;
  readonly ended: boolean;
}): string {
  if (failed) return t('Plaid cannot be reached from this window. Close it and use your browser instead.');
  if (ended) return t('You can close this window. Daybook goes on by itself.');
  if (window.opener === null) return t('This window belongs to Daybook and is opened from there. You can close it.');
  return asked ? t('Plaid’s sign-in opens here.') : t('Waiting for Daybook.');
}
