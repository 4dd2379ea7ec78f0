import { useState } from 'react';
import { Button } from '../components/button.tsx';
import { Dialog } from '../components/dialog.tsx';
import { Check, TextInput } from '../components/fields.tsx';
import { t } from '../i18n/t.ts';
import { chordOf, chordText, isSingleKey } from './chord.ts';
import { keysOf } from './commands.ts';
import { COMMAND_IDS, type CommandId, commandOf, GROUPS, type Group } from './keys.ts';
import { setView, useView } from './view.ts';

const groupLabel: Readonly<Record<Group, () => string>> = {
  app: () => t('Everywhere'),
  move: () => t('Move'),
  select: () => t('Select'),
  decide: () => t('Decide'),
  code: () => t('Code the row or the selection'),
  edit: () => t('While editing a row'),
  go: () => t('Screens'),
};

/** Every key, searchable by word and by key, with a switch for single keys and a way to change each. */
export function Help({ onClose }: { readonly onClose: () => void }) {
  const [query, setQuery] = useState('');
  const singleKeys = useView((view) => view.singleKeys);
  const changed = useView((view) => view.keys);
  const words = query.trim().toLowerCase();
  const shown = COMMAND_IDS.filter((id) => {
    // What has no key stands in the palette alone.
    if (keysOf(id, changed).length === 0) return false;
    const text = [commandOf(id).label(), ...keysOf(id, changed).map((key) => chordText(key))].join(' ').toLowerCase();
    return words === '' || text.includes(words);
  });
  return (
    <Dialog
      title={t('Keys')}
      wide
      onClose={onClose}
      footer={
        <>
          <span className="left">
            <Check checked={singleKeys} onChange={(next) => setView({ singleKeys: next })}>
              {t('Single keys act without Ctrl')}
            </Check>
          </span>
          <Button isDisabled={Object.keys(changed).length === 0} onPress={() => setView({ keys: {} })}>
            {t('All keys as delivered')}
          </Button>
        </>
      }
    >
      <TextInput
        label={t('Search keys')}
        hideLabel
        type="search"
        placeholder={t('Search by word or key')}
        value={query}
        onChange={setQuery}
        autoFocus
      />
      {shown.length === 0 ? <p className="quiet">{t('No key does that.')}</p> : null}
      <div className="keys-groups">
        {GROUPS.map((group) => {
          const ids = shown.filter((id) => commandOf(id).group === group);
          return ids.length === 0 ? null : (
            <section className="keys-group" key={group}>
              <h3>{groupLabel[group]()}</h3>
              <ul>
                {ids.map((id) => (
                  <KeyLine key={id} id={id} keys={keysOf(id, changed)} />
                ))}
              </ul>
            </section>
          );
        })}
      </div>
    </Dialog>
  );
}

function KeyLine({ id, keys }: { readonly id: CommandId; readonly keys: readonly string[] }) {
  const [asking, setAsking] = useState(false);
  const { label, inEditor } = commandOf(id);
  return (
    <li>
      <span className="what">{label()}</span>
      {asking ? (
        <Button
          small
          autoFocus
          onBlur={() => setAsking(false)}
          onKeyDown={(event) => {
            if (['Control', 'Shift', 'Alt', 'Meta', 'Tab'].includes(event.key)) return;
            setAsking(false);
            if (event.key !== 'Escape') changeKey(id, chordOf(event));
          }}
        >
          {t('Press a key')}
        </Button>
      ) : (
        <>
          {keys.map((key) => (
            <kbd key={key}>{chordText(key)}</kbd>
          ))}
          {inEditor || !keys.some(isSingleKey) ? null : (
            <Button
              kind="plain"
              small
              aria-label={t('Change the key of: {command}', { command: label() })}
              onPress={() => setAsking(true)}
            >
              {t('Change')}
            </Button>
          )}
        </>
      )}
    </li>
  );
}

/** Gives a command a key, and takes it from any other that had it. */
function changeKey(id: CommandId, chord: string): void {
  setView(({ keys }) => {
    const next: Record<string, string[]> = { ...keys, [id]: [chord] };
    for (const other of COMMAND_IDS) {
      if (other === id || commandOf(other).inEditor) continue;
      const kept = keysOf(other, keys).filter((key) => key !== chord);
      if (kept.length < keysOf(other, keys).length) next[other] = kept;
    }
    return { keys: next };
  });
}
