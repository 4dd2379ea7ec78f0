import { useCall } from '../../api/use-call.ts';
import { CopyButton } from '../../components/copy-button.tsx';
import { Instant } from '../../components/day.tsx';
import { t } from '../../i18n/t.ts';

/** The newest digest of the schedule, to read, to copy, or to send on by the person's own mail program. */
export function Digest({ today }: { readonly today: string }) {
  const { data: digest } = useCall('digest.latest', {});
  if (!digest) return null;
  const mail = `mailto:?subject=${encodeURIComponent(digest.subject)}&body=${encodeURIComponent(digest.body)}`;
  return (
    <section aria-label={t('Digest')}>
      <h2>{digest.period === 'daily' ? t('Digest of the day') : t('Digest of the week')}</h2>
      <p className="quiet small">
        <Instant value={digest.untilAt} today={today} />
      </p>
      <details className="today-digest">
        <summary>{t('Read')}</summary>
        <pre>{digest.body}</pre>
      </details>
      <div className="today-digest-ways">
        <CopyButton text={`${digest.subject}\n\n${digest.body}`}>{t('Copy')}</CopyButton>
        <a href={mail} target="_blank" rel="noreferrer">
          {t('Mail')}
        </a>
      </div>
    </section>
  );
}
