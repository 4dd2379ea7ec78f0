import { useState } from 'react';
import { useCall } from '../../api/use-call.ts';
import { Amount } from '../../components/amount.tsx';
import { Button } from '../../components/button.tsx';
import { Day, Instant } from '../../components/day.tsx';
import { Choose, TextInput } from '../../components/fields.tsx';
import { t } from '../../i18n/t.ts';
import type { Hints, Preview, PreviewAccount } from './types.ts';

type Choices = NonNullable<Hints['accounts']>;

export type PreviewViewProps = {
  readonly preview: Preview;
  readonly choices: Choices;
  readonly onChoose: (choices: Choices) => void;
};

/** What is inside a file: each account with its statements, what is new, what is missing between, and why it is refused. */
export function PreviewView({ preview, choices, onChoose }: PreviewViewProps) {
  const { format, cameBefore, notes, refused, accounts } = preview;
  return (
    <>
      <p className="quiet">
        {format}
        {cameBefore ? (
          <>
            {' · '}
            {t('taken in already on')} <Instant value={cameBefore.at} />
          </>
        ) : null}
      </p>
      {refused.map(({ line, sentence }) => (
        <p className="note error" key={`${line} ${sentence}`}>
          <span className="sentence">{t('Line {line}: {sentence}', { line, sentence })}</span>
        </p>
      ))}
      {accounts.map((account) => (
        <AccountView
          key={account.key}
          account={account}
          refused={refused.length > 0}
          onChoose={(choice) =>
            onChoose([...choices.filter(({ key }) => key !== account.key), { key: account.key, ...choice }])
          }
        />
      ))}
      {notes.map((note) => (
        <p className="small quiet" key={note}>
          {note}
        </p>
      ))}
    </>
  );
}

type AccountViewProps = {
  readonly account: PreviewAccount;
  /** The reason stands above already. */
  readonly refused: boolean;
  readonly onChoose: (choice: { readonly feedAccountId?: string; readonly name?: string }) => void;
};

function AccountView({ account, refused, onChoose }: AccountViewProps) {
  const { name, last4, currency, feedAccountId, blocked, statements, gaps, newLines, knownLines } = account;
  return (
    <section className="statement-account" aria-label={name}>
      <h3>
        {name} {last4 && !name.includes(last4) ? <span className="figure quiet">··{last4}</span> : null}{' '}
        <span className="quiet">
          {currency}
          {feedAccountId === null ? ` · ${t('a new account')}` : ''}
        </span>
      </h3>
      {blocked && !refused ? (
        <p className="note error">
          <span className="sentence">{blocked}</span>
        </p>
      ) : null}
      {last4 === null || blocked ? <WhichAccount currency={currency} onChoose={onChoose} /> : null}
      <p>
        {t('{count, plural, =0 {Nothing is new} one {# line is new} other {# lines are new}}', { count: newLines })}
        {knownLines > 0
          ? `, ${t('{count, plural, one {# is here already} other {# are here already}}', { count: knownLines })}`
          : ''}
      </p>
      {gaps.map(({ after, before, size }) => (
        <p className="note warning" key={`${after} ${before}`}>
          <span className="sentence">
            {t('Between these statements movements are missing:')} <Amount value={size} />{' '}
            {after ? <Day value={after} form="short" /> : null} {'→'}{' '}
            {before ? <Day value={before} form="short" /> : null}
          </span>
        </p>
      ))}
      {account.unreadableRows.map(({ line, sentence }) => (
        <p className="note warning" key={line}>
          <span className="sentence">{t('{sentence} It will wait under exceptions.', { sentence })}</span>
        </p>
      ))}
      {statements.length === 0 ? null : <Statements statements={statements} />}
    </section>
  );
}

const SHOWN = 40;

function Statements({ statements }: Pick<PreviewAccount, 'statements'>) {
  return (
    <table className="sheet statement-rows">
      <thead>
        <tr>
          <th scope="col">{t('Statement')}</th>
          <th scope="col">{t('Days')}</th>
          <th scope="col" className="fig">
            {t('Opening')}
          </th>
          <th scope="col" className="fig">
            {t('Closing')}
          </th>
          <th scope="col" className="fig">
            {t('Lines')}
          </th>
          <th scope="col" className="fig">
            {t('New')}
          </th>
        </tr>
      </thead>
      <tbody>
        {statements.slice(0, SHOWN).map((one) => (
          <tr key={`${one.line} ${one.id}`}>
            <td>{one.id ?? t('line {line}', { line: one.line })}</td>
            <td>
              {one.from ? <Day value={one.from} form="short" /> : null}
              {one.to && one.to !== one.from ? (
                <>
                  {' – '}
                  <Day value={one.to} form="short" />
                </>
              ) : null}
            </td>
            <td className="fig">
              {one.opening ? <Amount value={one.opening} /> : <span className="quiet">{t('not told')}</span>}
            </td>
            <td className="fig">
              {one.closing ? <Amount value={one.closing} /> : <span className="quiet">{t('not told')}</span>}
            </td>
            <td className="fig">{one.lines}</td>
            <td className="fig">{one.known ? <span className="quiet">{t('here already')}</span> : one.newLines}</td>
          </tr>
        ))}
        {statements.length > SHOWN ? (
          <tr>
            <td colSpan={6} className="quiet">
              {t('{count, plural, one {# more statement} other {# more statements}}', {
                count: statements.length - SHOWN,
              })}
            </td>
          </tr>
        ) : null}
      </tbody>
    </table>
  );
}

const NEW = 'new';

/** For a file that names no account, or one that cannot be found by its number. */
function WhichAccount({ currency, onChoose }: Pick<AccountViewProps, 'onChoose'> & { readonly currency: string }) {
  const connections = useCall('connections.list', {});
  const accounts = useCall('accounts.list', {});
  const [chosen, setChosen] = useState(NEW);
  const [name, setName] = useState('');
  const feeds = new Set(
    (connections.data ?? []).filter(({ kind }) => kind === 'file').flatMap(({ feeds: of }) => of.map(({ id }) => id)),
  );
  const own = (accounts.data ?? []).filter((account) => feeds.has(account.feedId) && account.currency === currency);
  const ready = chosen !== NEW || name.trim() !== '';
  const say = () => {
    if (ready) onChoose(chosen === NEW ? { name: name.trim() } : { feedAccountId: chosen });
  };
  return (
    <div className="statement-hints">
      <Choose
        label={t('Which account it is')}
        value={chosen}
        choices={[
          { value: NEW, label: t('A new account') },
          ...own.map(({ id, name: of, mask }) => ({ value: id, label: mask === null ? of : `${of} ··${mask}` })),
        ]}
        onChange={setChosen}
      />
      {chosen === NEW ? (
        <TextInput label={t('Name of the account')} value={name} onChange={setName} onEnter={say} />
      ) : null}
      <Button isDisabled={!ready} onPress={say}>
        {t('Use this account')}
      </Button>
    </div>
  );
}
