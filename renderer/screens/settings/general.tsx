import type { CallOutput } from '../../api/contract.ts';
import { useCall } from '../../api/use-call.ts';
import { Choose, TextInput } from '../../components/fields.tsx';
import { Answered } from '../../components/states.tsx';
import { formatDecimal } from '../../i18n/format.ts';
import { t } from '../../i18n/t.ts';
import { SettingsForm } from './settings-form.tsx';
import { useSettingsForm } from './use-settings-form.ts';

/** Ways to write figures and dates; every tag that the browser knows is taken, these are offered. */
const LOCALES = [
  'en-GB',
  'en-US',
  'en-IE',
  'nl-NL',
  'nl-BE',
  'de-DE',
  'de-CH',
  'fr-FR',
  'es-ES',
  'it-IT',
  'pt-PT',
  'da-DK',
  'sv-SE',
  'nb-NO',
  'pl-PL',
];

/** Name, time zone, and how figures and dates are written. */
export function General() {
  const answer = useCall('settings.get', {});
  return (
    <Answered answer={answer}>
      {(settings) => <GeneralForm key={JSON.stringify(settings)} settings={settings} />}
    </Answered>
  );
}

function GeneralForm({ settings: { name, timeZone, locale } }: { readonly settings: CallOutput<'settings.get'> }) {
  const form = useSettingsForm({ name, timeZone, locale });
  const { values, set } = form;
  const zones = withOwn(Intl.supportedValuesOf('timeZone'), values.timeZone);
  return (
    <SettingsForm label={t('General')} form={form} wrong={values.name.trim() === ''}>
      <TextInput
        label={t('Name of this workspace')}
        value={values.name}
        onChange={(next) => set({ name: next })}
        error={values.name.trim() === '' ? t('Give the workspace a name.') : undefined}
      />
      <Choose
        label={t('Figures and dates')}
        value={values.locale}
        choices={withOwn(LOCALES, values.locale).map((tag) => ({
          value: tag,
          label: `${localeName(tag)} · ${sampleOf(tag)}`,
        }))}
        onChange={(next) => set({ locale: next })}
      />
      <p className="small quiet">{t('The words stay English. Exported files are written the same everywhere.')}</p>
      <Choose
        label={t('Time zone')}
        value={values.timeZone}
        choices={zones.map((zone) => ({ value: zone, label: zone.replaceAll('_', ' ') }))}
        onChange={(next) => set({ timeZone: next })}
      />
      <p className="small quiet">
        {t('Decides which day it is for the books, and when a run of the schedule begins.')}
      </p>
    </SettingsForm>
  );
}

function withOwn(list: readonly string[], own: string): readonly string[] {
  return list.includes(own) ? list : [own, ...list];
}

function localeName(tag: string): string {
  return new Intl.DisplayNames(['en'], { type: 'language' }).of(tag) ?? tag;
}

function sampleOf(tag: string): string {
  const day = new Intl.DateTimeFormat(tag, { dateStyle: 'medium', timeZone: 'UTC' }).format(
    new Date('2026-11-19T00:00:00Z'),
  );
  return `${formatDecimal('-1234.56', tag)} · ${day}`;
}
