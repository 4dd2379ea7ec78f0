import { to } from '../../app/route.ts';
import { Amount } from '../../components/amount.tsx';
import { Day } from '../../components/day.tsx';
import { Icon } from '../../components/icon.tsx';
import { OpenQuestions } from '../../components/journal-question/open-questions.tsx';
import { useOpenQuestions } from '../../components/journal-question/question.ts';
import { feedAccountText } from '../../components/review-grid/labels.ts';
import { t } from '../../i18n/t.ts';
import type { Today } from './today.ts';

/** What no figure of the table may hide: questions that hold posting up, lines that cannot be booked, and bank movements that no line explains. */
export function Attention({ today }: { readonly today: Today }) {
  const { unmapped, gaps } = today;
  const questions = useOpenQuestions();
  const asked = (questions.data?.questions.length ?? 0) + (questions.error ? 1 : 0);
  if (unmapped.length + gaps.length + asked === 0) return null;
  return (
    <section className="today-attention" aria-label={t('Needs a person')}>
      <OpenQuestions />
      {gaps.map(({ account, size, firstDate }) => (
        <p className="note warning" key={account.id}>
          <Icon name="warning" />
          <span className="sentence">
            {t('The lines of {account} do not explain its balance: they differ from the bank by', {
              account: feedAccountText(account),
            })}{' '}
            <Amount value={size} /> {t('since')} <Day value={firstDate} />.
          </span>
          <a href={to(['reconcile'], { feedAccount: account.id })}>{t('Open reconcile')}</a>
        </p>
      ))}
      {unmapped.length > 0 ? (
        <p className="note warning">
          <Icon name="warning" />
          <span className="sentence">
            {t(
              '{count, plural, one {One account has lines but belongs to no ledger yet:} other {# accounts have lines but belong to no ledger yet:}}',
              {
                count: unmapped.length,
              },
            )}{' '}
            {unmapped.map(feedAccountText).join(', ')}. {t('Nothing is posted from them.')}
          </span>
          <a href={to(['mapping'])}>{t('Open mapping')}</a>
        </p>
      ) : null}
    </section>
  );
}
