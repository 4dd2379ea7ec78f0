import { useState } from 'react';
import { useAction } from '../../api/use-action.ts';
import { useCall } from '../../api/use-call.ts';
import { tell } from '../../app/toasts.tsx';
import { Button } from '../../components/button.tsx';
import { ErrorNote } from '../../components/error-note.tsx';
import { WorkProgress } from '../../components/progress.tsx';
import { t } from '../../i18n/t.ts';
import { accountLabel } from './labels.ts';
import type { Replacement } from './types.ts';

/** Accounts that seem to go on under a new id at the bank: a person says whether they are one. */
export function Replacements() {
  const { data: proposals } = useCall('accounts.replacements', {});
  const [told, setTold] = useState<string | null>(null);
  if (proposals === undefined || (proposals.length === 0 && told === null)) return null;
  return (
    <section className="connection-group replacements" aria-labelledby="replacements-title">
      <h2 id="replacements-title">{t('Accounts with a new id')}</h2>
      {told === null ? null : <p role="status">{told}</p>}
      {proposals.length === 0 ? null : (
        <p className="quiet">
          {t(
            'The bank shows an account under a new id. If it is the same account, it goes on here with its lines, mapping and entries; you can take that back.',
          )}
        </p>
      )}
      <ul>
        {proposals.map((one) => (
          <One key={`${one.oldAccountId} ${one.newAccountId}`} proposal={one} onDone={setTold} />
        ))}
      </ul>
    </section>
  );
}

function One({ proposal, onDone }: { readonly proposal: Replacement; readonly onDone: (sentence: string) => void }) {
  const accept = useAction('accounts.acceptReplacement');
  const decline = useAction('accounts.declineReplacement');
  const { old, reason, mapped } = proposal;
  const pair = { oldAccountId: proposal.oldAccountId, newAccountId: proposal.newAccountId };
  const busy = accept.busy || decline.busy;
  const name = accountLabel(old);
  const same = async () => {
    const done = await accept.run(pair);
    if (done) onDone(t('{account}: {sentence}', { account: name, sentence: done.sentence }));
  };
  const apart = async () => {
    if (await decline.run(pair)) tell(t('{account} stays apart from the new one.', { account: name }));
  };
  return (
    <li>
      <div>
        <span className="name">{name}</span> <span className="quiet">{old.bank}</span>
        <p className="small">
          {t('{lines, plural, one {# line} other {# lines}} here, {mapped, select, yes {mapped} other {not mapped}}.', {
            lines: old.lines,
            mapped: mapped ? 'yes' : 'no',
          })}{' '}
          {t('Now shown as {account}, with {lines, plural, one {# line} other {# lines}}.', {
            account: accountLabel(proposal.new),
            lines: proposal.new.lines,
          })}{' '}
          {reason}
        </p>
        <ErrorNote error={accept.error ?? decline.error} retry={() => void same()} />
        {accept.busy ? <WorkProgress progress={accept.progress} label={t('Putting together and tying out')} /> : null}
      </div>
      <Button
        small
        kind="primary"
        isDisabled={busy}
        aria-label={t('{account} is the same account', { account: name })}
        onPress={() => void same()}
      >
        {t('The same account')}
      </Button>
      <Button
        small
        isDisabled={busy}
        aria-label={t('{account}: they are two accounts', { account: name })}
        onPress={() => void apart()}
      >
        {t('Two accounts')}
      </Button>
    </li>
  );
}
