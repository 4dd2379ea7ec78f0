import { useAbout } from '../../app/session.ts';
import { Amount } from '../../components/amount.tsx';
import { Instant } from '../../components/day.tsx';
import { formatCount } from '../../i18n/format.ts';
import { t } from '../../i18n/t.ts';
import { actionLabel } from './action-label.ts';
import type { AuditEvent } from './use-trail.ts';

export type EventTableProps = {
  readonly events: readonly AuditEvent[];
  readonly chosen: number | undefined;
  /** Where the chain breaks. */
  readonly broken: number | undefined;
  readonly onChoose: (seq: number) => void;
};

/** Newest first; the number of an event opens it in the side panel. */
export function EventTable({ events, chosen, broken, onChoose }: EventTableProps) {
  const { data: about } = useAbout();
  return (
    <div className="audit">
      <table className="sheet">
        <thead>
          <tr>
            <th scope="col" className="fig">
              {t('No.')}
            </th>
            <th scope="col">{t('When')}</th>
            <th scope="col">{t('Who')}</th>
            <th scope="col">{t('What happened')}</th>
            <th scope="col">{t('Kind')}</th>
          </tr>
        </thead>
        <tbody>
          {events.map((event) => (
            <tr
              key={event.seq}
              data-focused={event.seq === chosen || undefined}
              data-broken={event.seq === broken || undefined}
            >
              <td className="fig">
                <button
                  type="button"
                  className="event-number"
                  data-event={event.seq}
                  aria-pressed={event.seq === chosen}
                  aria-label={t('Event {number}', { number: event.seq })}
                  onClick={() => onChoose(event.seq)}
                >
                  {formatCount(event.seq)}
                </button>
              </td>
              <td className="nowrap">
                <Instant value={event.at} {...(about ? { today: about.today } : {})} />
              </td>
              <td className="event-actor" title={event.actor}>
                <bdi>{event.actor}</bdi>
              </td>
              <td className="line-text" title={event.sentence.slice(0, 1_000)}>
                <bdi>{event.sentence.slice(0, 400)}</bdi>
                {event.about ? <EventAbout about={event.about} /> : null}
              </td>
              <td className="nowrap quiet">{actionLabel(event.action)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** Puts the hand on an event's row once it is on the page. */
export function focusEvent(seq: number | undefined): void {
  if (seq === undefined) return;
  requestAnimationFrame(() => document.querySelector<HTMLElement>(`[data-event="${seq}"]`)?.focus());
}

/** What the event is about, behind its sentence: the entry with its amount, the account, the bank, the rule. */
export function EventAbout({ about }: { readonly about: NonNullable<AuditEvent['about']> }) {
  return (
    <span className="event-about">
      {about.amount ? <Amount value={about.amount} /> : null}
      <bdi>{about.name.slice(0, 120)}</bdi>
    </span>
  );
}
