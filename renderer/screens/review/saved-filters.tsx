import { useState } from 'react';
import { useAction } from '../../api/use-action.ts';
import { useCall } from '../../api/use-call.ts';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { ErrorNote } from '../../components/error-note.tsx';
import { TextInput } from '../../components/fields.tsx';
import { Icon } from '../../components/icon.tsx';
import { Menu } from '../../components/menu.tsx';
import { formatCount } from '../../i18n/format.ts';
import { t } from '../../i18n/t.ts';
import { type Filter, filterSchema, isFiltered, NO_FILTER, queueFilter, type Tab } from './filter.ts';

export type SavedFiltersProps = {
  readonly tab: Tab;
  readonly filter: Filter;
  readonly onChange: (filter: Filter) => void;
};

const SCREEN = { screen: 'review' };

/** Filters kept under a name, each with how many lines it takes in this tab. */
export function SavedFilters({ tab, filter, onChange }: SavedFiltersProps) {
  const views = useCall('views.list', SCREEN);
  const saved = (views.data ?? []).flatMap(({ name, state }) => {
    const parsed = filterSchema.safeParse(state);
    return parsed.success ? [{ name, filter: parsed.data }] : [];
  });
  const counts = useCall(
    'queue.counts',
    saved.length === 0 ? null : { saved: saved.map((one) => queueFilter(tab, one.filter)) },
  );
  const remove = useAction('views.delete');
  const [naming, setNaming] = useState(false);
  const current = JSON.stringify(queueFilter(tab, filter));
  const isOn = (one: Filter) => JSON.stringify(queueFilter(tab, one)) === current;
  const on = saved.find((one) => isFiltered(filter) && isOn(one.filter));
  return (
    <div className="saved-filters">
      {saved.map((one, index) => (
        <Button
          key={one.name}
          kind="plain"
          small
          aria-pressed={isOn(one.filter)}
          onPress={() => onChange(isOn(one.filter) ? NO_FILTER : one.filter)}
        >
          {one.name}
          <span className="quiet figure">{formatCount(counts.data?.saved[index] ?? 0)}</span>
        </Button>
      ))}
      {isFiltered(filter) ? (
        <Menu
          label={t('Saved filters')}
          entries={[
            ...(on ? [] : [{ id: 'save', label: t('Save this filter'), act: () => setNaming(true) }]),
            ...(on
              ? [
                  {
                    id: 'delete',
                    label: t('Forget “{name}”', { name: on.name }),
                    act: () => void remove.run({ ...SCREEN, name: on.name }),
                  },
                ]
              : []),
            { id: 'clear', label: t('Clear the filter'), act: () => onChange(NO_FILTER) },
          ]}
        >
          <Icon name="more" />
        </Menu>
      ) : null}
      <ErrorNote error={views.error ?? counts.error ?? remove.error} retry={views.refetch} />
      {naming ? <NameFilter filter={filter} onClose={() => setNaming(false)} /> : null}
    </div>
  );
}

function NameFilter({ filter, onClose }: { readonly filter: Filter; readonly onClose: () => void }) {
  const [name, setName] = useState('');
  const save = useAction('views.save');
  const run = async () => {
    if (name.trim() === '') return;
    const state = JSON.parse(JSON.stringify(filter));
    if (await save.run({ ...SCREEN, name: name.trim(), state })) onClose();
  };
  return (
    <Dialog
      title={t('Save this filter')}
      onClose={onClose}
      footer={
        <>
          <Button onPress={onClose}>{t('Cancel')}</Button>
          <Button kind="primary" isDisabled={name.trim() === '' || save.busy} onPress={() => void run()}>
            {t('Save filter')}
          </Button>
        </>
      }
    >
      <TextInput label={t('Name')} value={name} onChange={setName} autoFocus onEnter={() => void run()} />
      <ErrorNote error={save.error} />
    </Dialog>
  );
}
