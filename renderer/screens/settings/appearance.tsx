import { chordText } from '../../app/chord.ts';
import { keysOf } from '../../app/commands.ts';
import type { CommandId } from '../../app/keys.ts';
import { setView, useView } from '../../app/view.ts';
import { Check, Choose } from '../../components/fields.tsx';
import { t } from '../../i18n/t.ts';

/** How this computer shows Daybook; taken at once, nothing to save. */
export function Appearance() {
  const { theme, density, privacy, singleKeys } = useView();
  return (
    <div className="settings-form">
      <Choose
        label={t('Colours')}
        value={theme}
        choices={[
          { value: 'system', label: t('As the system') },
          { value: 'light', label: t('Light') },
          { value: 'dark', label: t('Dark') },
        ]}
        onChange={(next) => setView({ theme: next })}
      />
      <Choose
        label={t('Rows')}
        value={density}
        choices={[
          { value: 'comfortable', label: t('Comfortable, two lines a row') },
          { value: 'dense', label: t('Dense, one line a row') },
        ]}
        onChange={(next) => setView({ density: next })}
      />
      <Check checked={privacy} onChange={(next) => setView({ privacy: next })}>
        {t('Blur amounts')} <Key of="privacy.toggle" />
      </Check>
      <Check checked={singleKeys} onChange={(next) => setView({ singleKeys: next })}>
        {t('Single letters act on the row')}
      </Check>
      <p className="small quiet">
        {t(
          'Off: only keys with Ctrl or Alt, arrows and named keys act. For speech input, and for those who type by accident.',
        )}
      </p>
    </div>
  );
}

function Key({ of }: { readonly of: CommandId }) {
  const [key] = keysOf(of);
  return key === undefined ? null : <kbd>{chordText(key)}</kbd>;
}
