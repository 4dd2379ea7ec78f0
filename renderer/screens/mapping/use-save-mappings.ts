import { useAction } from '../../api/use-action.ts';
import { tell } from '../../app/toasts.tsx';
import { t } from '../../i18n/t.ts';
import type { MappingValues } from './types.ts';

/** Saves mappings, then lets the entries that are not posted follow them. */
export function useSaveMappings() {
  const save = useAction('mappings.save');
  const recode = useAction('queue.recode');
  const run = async (mappings: readonly MappingValues[]): Promise<boolean> => {
    const saved = await save.run({ mappings: [...mappings] });
    if (!saved) return false;
    const count = saved.filter(({ outcome }) => outcome !== 'unchanged').length;
    if (count === 0) {
      tell(t('Nothing was different.'));
      return true;
    }
    const followed = await recode.run({});
    tell(
      followed
        ? t(
            '{count, plural, one {Mapping saved.} other {# mappings saved.}} {made, plural, =0 {} one {One entry is new.} other {# entries are new.}} {changed, plural, =0 {} one {One open entry follows.} other {# open entries follow.}}',
            { count, made: followed.made, changed: followed.changed },
          )
        : t('{count, plural, one {Mapping saved.} other {# mappings saved.}}', { count }),
    );
    return followed !== undefined;
  };
  const { busy, progress } = recode.busy ? recode : save;
  return { run, busy, progress, error: save.error ?? recode.error, clear: save.clear };
}
