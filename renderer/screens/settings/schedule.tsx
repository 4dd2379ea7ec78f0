import { useState } from 'react';
import type { CallOutput } from '../../api/contract.ts';
import { useCall } from '../../api/use-call.ts';
import { Button } from '../../components/button.tsx';
import { Check, Choose, TextInput } from '../../components/fields.tsx';
import { Answered } from '../../components/states.tsx';
import { t } from '../../i18n/t.ts';
import { NextRuns } from './next-runs.tsx';
import { ScheduleDays } from './schedule-days.tsx';
import { ScheduleEvery } from './schedule-every.tsx';
import { isTime, type Schedule as Planned, wrongPart } from './schedule-rules.ts';
import { SettingsForm } from './settings-form.tsx';
import { useSettingsForm } from './use-settings-form.ts';

type Settings = CallOutput<'settings.get'>;

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
  const set = (part: Partial<Planned>) => form.set({ schedule: { ...schedule, ...part } });
  const wrong = wrongPart(schedule);
  return (
    <div className="schedule">
      <SettingsForm label={t('Schedule')} form={form} wrong={wrong !== null}>
        <Check checked={schedule.enabled} onChange={(enabled) => set({ enabled })}>
          {t('Fetch the banks by itself')}
        </Check>
        <p className="small quiet">
          {t(
            'Only while Daybook runs; the tray is enough. Fetching and proposing is all that happens: nothing is approved or posted by a schedule.',
          )}
        </p>
        <Times
          times={schedule.times}
          timeZone={settings.timeZone}
          none={schedule.every === null}
          onChange={(times) => set({ times })}
        />
        <ScheduleEvery every={schedule.every} wrong={wrong} onChange={(every) => set({ every })} />
        <ScheduleDays schedule={schedule} wrong={wrong} onChange={set} />
        <Computer schedule={schedule} onChange={set} />
        <Choose
          label={t('Digest')}
          value={schedule.digest}
          choices={[
            { value: 'off', label: t('None') },
            { value: 'daily', label: t('With the first run of a day') },
            { value: 'weekly', label: t('With the first run of a week') },
          ]}
          onChange={(digest) => set({ digest })}
        />
        <p className="small quiet">
          {t(
            'A short text about what happened, on Today and as a notification, to copy or to mail yourself. Daybook sends nothing.',
          )}
        </p>
      </SettingsForm>
      <NextRuns schedule={wrong === null ? schedule : null} changed={form.changed} />
    </div>
  );
}

type TimesProps = {
  readonly times: readonly string[];
  readonly timeZone: string;
  /** Nothing else starts a run. */
  readonly none: boolean;
  readonly onChange: (times: string[]) => void;
};

function Times({ times, timeZone, none, onChange }: TimesProps) {
  const [next, setNext] = useState('');
  const typed = next.trim();
  const addable = isTime(typed) && !times.includes(typed) && times.length < 24;
  const add = () => {
    if (!addable) return;
    onChange([...times, typed].sort());
    setNext('');
  };
  return (
    <fieldset className="times">
      <legend className="label">{t('Times of day, {zone}', { zone: timeZone.replaceAll('_', ' ') })}</legend>
      <ul>
        {times.map((time) => (
          <li key={time}>
            <span className="figure">{time}</span>
            <Button kind="plain" small onPress={() => onChange(times.filter((one) => one !== time))}>
              {t('Remove {time}', { time })}
            </Button>
          </li>
        ))}
      </ul>
      {times.length === 0 && none ? (
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
            typed !== '' && !isTime(typed) && typed.length >= 5 ? t('Hours and minutes, such as 07:30.') : undefined
          }
        />
        <Button isDisabled={!addable} onPress={add}>
          {t('Add')}
        </Button>
      </div>
    </fieldset>
  );
}

type ComputerProps = { readonly schedule: Planned; readonly onChange: (part: Partial<Planned>) => void };

/** What a run that is due does on a battery, and on a network that is paid by volume. */
function Computer({ schedule, onChange }: ComputerProps) {
  const { data: status } = useCall('schedule.status', {});
  const blind = status !== undefined && status.conditions.onBattery === null;
  return (
    <>
      <Choose
        label={t('On battery')}
        value={schedule.onBattery}
        choices={[
          { value: 'wait', label: t('Wait for mains power') },
          { value: 'run', label: t('Run all the same') },
        ]}
        onChange={(onBattery) => onChange({ onBattery })}
      />
      <Choose
        label={t('On a network that is paid by volume')}
        value={schedule.onMetered}
        choices={[
          { value: 'wait', label: t('Wait for another network') },
          { value: 'run', label: t('Run all the same') },
        ]}
        onChange={(onMetered) => onChange({ onMetered })}
      />
      {blind ? (
        <p className="small quiet">
          {t('In the browser Daybook cannot see battery or network, so it runs all the same. The desktop app can.')}
        </p>
      ) : null}
    </>
  );
}
