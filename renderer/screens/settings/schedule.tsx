import { useState } from 'react';
import type { CallOutput } from '../../api/contract.ts';
import { useCall } from '../../api/use-call.ts';
import { Button } from '../../components/button.tsx';
import { Check, TextInput } from '../../components/fields.tsx';
import { Answered } from '../../components/states.tsx';
import { t } from '../../i18n/t.ts';
import { SettingsForm } from './settings-form.tsx';
import { useSettingsForm } from './use-settings-form.ts';

type Settings = CallOutput<'settings.get'>;
const TIME = /^([01]\d|2[0-3]):[0-5]\d$/;

/** When banks are fetched without being asked. */
export function Schedule() {
  const answer = useCall('settings.get', {});
  return (
    <Answered answer={answer}>
      {(settings) => <ScheduleForm key={JSON.stringify(settings.schedule)} settings={settings} />}
    </Answered>
  );
}

function ScheduleForm({ settings }: { readonly settings: Settings }) {
  const form = useSettingsForm({ schedule: settings.schedule });
  const { schedule } = form.values;
  const set = (part: Partial<Settings['schedule']>) => form.set({ schedule: { ...schedule, ...part } });
  const [next, setNext] = useState('');
  const typed = next.trim();
  const addable = TIME.test(typed) && !schedule.times.includes(typed);
  const add = () => {
    if (!addable) return;
    set({ times: [...schedule.times, typed].sort() });
    setNext('');
  };
  return (
    <SettingsForm label={t('Schedule')} form={form}>
      <Check checked={schedule.enabled} onChange={(enabled) => set({ enabled })}>
        {t('Fetch the banks by itself')}
      </Check>
      <p className="small quiet">
        {t(
          'Only while Daybook runs. Fetching and proposing is all that happens: nothing is approved or posted by a schedule.',
        )}
      </p>
      <fieldset className="times">
        <legend className="label">{t('Times of day, {zone}', { zone: settings.timeZone.replaceAll('_', ' ') })}</legend>
        <ul>
          {schedule.times.map((time) => (
            <li key={time}>
              <span className="figure">{time}</span>
              <Button kind="plain" small onPress={() => set({ times: schedule.times.filter((one) => one !== time) })}>
                {t('Remove {time}', { time })}
              </Button>
            </li>
          ))}
        </ul>
        {schedule.times.length === 0 ? (
          <p className="small quiet">{t('No time yet: nothing is fetched by itself.')}</p>
        ) : null}
        <div className="add-time">
          <TextInput
            label={t('Another time')}
            value={next}
            onChange={setNext}
            placeholder="07:30"
            onEnter={add}
            error={
              typed !== '' && !TIME.test(typed) && typed.length >= 5
                ? t('Hours and minutes, such as 07:30.')
                : undefined
            }
          />
          <Button isDisabled={!addable || schedule.times.length >= 24} onPress={add}>
            {t('Add')}
          </Button>
        </div>
      </fieldset>
      <Check
        checked={!schedule.days.includes(6) && !schedule.days.includes(7)}
        onChange={(only) => set({ days: only ? [1, 2, 3, 4, 5] : [1, 2, 3, 4, 5, 6, 7] })}
      >
        {t('On business days only')}
      </Check>
    </SettingsForm>
  );
}
