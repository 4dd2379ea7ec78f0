import { confirm } from '../../components/confirm.tsx';
import { t } from '../../i18n/t.ts';
import type { OfferedEntity } from './types.ts';

/** Says what leaving legal entities means to which accounts post, and asks. */
export async function agreedToLeave(left: readonly OfferedEntity[]): Promise<boolean> {
  const names = left.map(({ id, name }) => `${id} · ${name}`).join(', ');
  const count = left.reduce((sum, { mappedAccounts }) => sum + mappedAccounts, 0);
  const agreed = await confirm({
    title: t('No longer use {names}?', { names }),
    body: (
      <p>
        {t(
          '{count, plural, one {One account posts there. Nothing of it can} other {# accounts post there. Nothing of them can}} be read, checked or posted until it is used again. Mappings, entries and what is posted stay as they are.',
          { count },
        )}
      </p>
    ),
    action: t('No longer use {names}', { names }),
    kind: 'danger',
  });
  return agreed !== null;
}
