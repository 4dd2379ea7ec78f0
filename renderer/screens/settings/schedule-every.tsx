import { Check, Choose, TextInput } from '../../components/fields.tsx';
import { t } from '../../i18n/t.ts';
import type { Every, WrongPart } from './schedule-rules.ts';

const HOURS = [1, 2, 3, 4, 6, 8, 12];
const FIRST: Every = { hours: 4, from: '08:00', until: '18:00' };

type EveryProps = {
  readonly every: Every | null;
  readonly wrong: WrongPart | null;
  readonly onChange: (every: Every | null) => void;
};

/** Beside the times: every few hours between two times of a day. */
export function ScheduleEvery({ every, wrong, onChange }: EveryProps) {
  return (
    <fieldset className="every">
      <legend className="visually-hidden">{t('Every few hours')}</legend>
      <Check checked={every !== null} onChange={(on) => onChange(on ? FIRST : null)}>
        {t('Every few hours, too')}
      </Check>
      {every === null ? null : (
        <div className="every-fields">
          <Choose
            label={t('How often')}
            value={String(every.hours)}
            choices={withOwn(every.hours).map((hours) => ({
              value: String(hours),
              label: t('{hours, plural, one {every hour} other {every # hours}}', { hours }),
            }))}
            onChange={(hours) => onChange({ ...every, hours: Number(hours) })}
          />
          <TextInput
            label={t('From')}
            value={every.from}
            onChange={(from) => onChange({ ...every, from: from.trim() })}
            error={wrong === 'from' ? t('Hours and minutes, such as 07:30.') : undefined}
          />
          <TextInput
            label={t('Until')}
            value={every.until}
            onChange={(until) => onChange({ ...every, until: until.trim() })}
            error={
              wrong === 'until'
                ? t('Hours and minutes, such as 07:30.')
                : wrong === 'order'
                  ? t('Not before it begins.')
                  : undefined
            }
          />
        </div>
      )}
    </fieldset>
  );
}

function withOwn(hours: number): readonly number[] {
  return HOURS.includes(hours) ? HOURS : [...HOURS, hours].sort((a, b) => a - b);
}
