import { useAction } from '../../api/use-action.ts';
import { useCall } from '../../api/use-call.ts';
import { tell } from '../../app/toasts.tsx';
import { Button } from '../../components/button.tsx';
import { confirm } from '../../components/confirm.tsx';
import { Instant } from '../../components/day.tsx';
import { ErrorNote } from '../../components/error-note.tsx';
import { t } from '../../i18n/t.ts';
import { accountLabel } from './labels.ts';

/** Accounts of a bank that go on under another id, and the way back. */
export function DecidedReplacements({ feedId }: { readonly feedId: string }) {
  const { data: decided } = useCall('accounts.decidedReplacements', {});
  const { data: accounts } = useCall('accounts.list', {});
  const undo = useAction('accounts.undoReplacement');
  const own = new Set((accounts ?? []).filter((account) => account.feedId === feedId).map(({ id }) => id));
  const shown = (decided ?? []).filter(({ accountId, undoable }) => undoable && own.has(accountId));
  if (shown.length === 0) return null;
  const takeBack = async (id: string, account: string) => {
    const agreed = await confirm({
      title: t('Take the pairing of {account} back?', { account }),
      body: (
        <p>
          {t(
            'The two are two accounts again. Lines that came under the new id go back to the new account, and their entries are withdrawn where nobody has posted them.',
          )}
        </p>
      ),
      action: t('Take it back'),
      kind: 'danger',
    });
    if (agreed === null) return;
    const done = await undo.run({ replacementId: id });
    if (done)
      tell(t('{lines, plural, one {# line} other {# lines}} went back to the other account.', { lines: done.lines }));
  };
  return (
    <section>
      <h3>{t('Changed ids')}</h3>
      <ErrorNote error={undo.error} onClose={undo.clear} />
      <ul className="decided-replacements">
        {shown.map(({ id, account, decidedAt, decidedBy }) => (
          <li key={id}>
            <span>
              <span className="name">{accountLabel(account)}</span>{' '}
              <span className="small quiet">
                {t('goes on under a new id, said {person}', { person: decidedBy })}, <Instant value={decidedAt} />
              </span>
            </span>
            <Button small isDisabled={undo.busy} onPress={() => void takeBack(id, accountLabel(account))}>
              {t('Take it back')}
            </Button>
          </li>
        ))}
      </ul>
    </section>
  );
}
