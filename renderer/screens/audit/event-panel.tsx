import { to } from '../../app/route.ts';
import { CopyButton } from '../../components/copy-button.tsx';
import { Instant } from '../../components/day.tsx';
import { t } from '../../i18n/t.ts';
import { actionLabel } from './action-label.ts';
import { EventAbout } from './event-table.tsx';
import type { AuditEvent } from './use-trail.ts';

const MOST_CHARACTERS = 20_000;

/** One event whole: what the trail has stored of it, and the link that binds it to the one before. */
export function EventPanel({ event }: { readonly event: AuditEvent }) {
  const place = placeOf(event.subject);
  const data = JSON.stringify(event.data, null, 2);
  return (
    <>
      <p>
        <bdi>{event.sentence}</bdi>
      </p>
      <dl className="facts">
        <dt>{t('When')}</dt>
        <dd>
          <Instant value={event.at} />
          <div className="small quiet figure">{event.at}</div>
        </dd>
        <dt>{t('Who')}</dt>
        <dd>
          <bdi>{event.actor}</bdi>
        </dd>
        <dt>{t('What')}</dt>
        <dd>{actionLabel(event.action)}</dd>
        <dt>{t('About')}</dt>
        <dd>
          {event.about ? <EventAbout about={event.about} /> : null}
          <div className="small quiet">
            {place === null ? <bdi>{event.subject}</bdi> : <a href={place}>{event.subject}</a>}
          </div>
        </dd>
      </dl>
      <section>
        <h3>{t('Data')}</h3>
        <pre className="event-data">
          <bdi>{data.length > MOST_CHARACTERS ? `${data.slice(0, MOST_CHARACTERS)}…` : data}</bdi>
        </pre>
        {data.length > MOST_CHARACTERS ? <p className="small quiet">{t('The rest stands in the export.')}</p> : null}
      </section>
      <section>
        <h3>{t('Link')}</h3>
        <p className="event-hash">{event.hash}</p>
        <div>
          <CopyButton text={event.hash}>{t('Copy the link')}</CopyButton>
        </div>
      </section>
    </>
  );
}

/** Where the thing is that an event is about; null where it has no page. */
function placeOf(subject: string): string | null {
  const [kind, ...rest] = subject.split(':');
  const id = rest.join(':');
  if (id === '') return null;
  if (kind === 'proposal') return to(['activity', 'entry', id]);
  if (kind === 'journal') return to(['activity', 'journal', id]);
  if (kind === 'rule') return to(['rules', id]);
  return null;
}
