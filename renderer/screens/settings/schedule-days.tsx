import { useCall } from '../../api/use-call.ts';
import { Check, Choose } from '../../components/fields.tsx';
import { t } from '../../i18n/t.ts';
import type { Schedule, WrongPart } from './schedule-rules.ts';

type DaysProps = {
  readonly schedule: Schedule;
  readonly wrong: WrongPart | null;
  readonly onChange: (part: Partial<Schedule>) => void;
};

/** No holidays; never a code of a country or region. */
const NONE = '-';

/** Days of the week, and whose public holidays have no run. */
export function ScheduleDays({ schedule: { days, holidays }, wrong, onChange }: DaysProps) {
  const countries = useCall('schedule.countries', {}).data;
  const country = holidays?.country ?? null;
  const regions = useCall('schedule.regions', country === null ? null : { country }).data ?? [];
  const known = countries ?? (country === null ? [] : [{ code: country, name: country }]);
  return (
    <>
      <fieldset className="weekdays">
        <legend className="label">{t('Days')}</legend>
        <div className="weekday-checks">
          {[1, 2, 3, 4, 5, 6, 7].map((day) => (
            <Check
              key={day}
              checked={days.includes(day)}
              onChange={(on) => onChange({ days: on ? [...days, day].sort() : days.filter((one) => one !== day) })}
            >
              {weekdayLabel(day)}
            </Check>
          ))}
        </div>
        {wrong === 'days' ? (
          <p className="field-error" role="alert">
            {t('Choose at least one day, or switch the schedule off.')}
          </p>
        ) : null}
      </fieldset>
      <Choose
        label={t('No run on public holidays of')}
        value={country ?? NONE}
        choices={[
          { value: NONE, label: t('no country') },
          ...known.map(({ code, name }) => ({ value: code, label: name })),
        ]}
        onChange={(code) => onChange({ holidays: code === NONE ? null : { country: code, region: null } })}
      />
      {country !== null && regions.length > 0 ? (
        <Choose
          label={t('Region')}
          value={holidays?.region ?? NONE}
          choices={[
            { value: NONE, label: t('the whole country') },
            ...regions.map(({ code, name }) => ({ value: code, label: name })),
          ]}
          onChange={(code) => onChange({ holidays: { country, region: code === NONE ? null : code } })}
        />
      ) : null}
    </>
  );
}

/** 1 Monday to 7 Sunday. */
function weekdayLabel(day: number): string {
  switch (day) {
    case 1:
      return t('Mon');
    case 2:
      return t('Tue');
    case 3:
      return t('Wed');
    case 4:
      return t('Thu');
    case 5:
      return t('Fri');
    case 6:
      return t('Sat');
    default:
      return t('Sun');
  }
}
