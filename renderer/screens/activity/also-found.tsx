import type { CallOutput } from '../../api/contract.ts';
import { useCall } from '../../api/use-call.ts';
import { to } from '../../app/route.ts';
import { Amount } from '../../components/amount.tsx';
import { ErrorNote } from '../../components/error-note.tsx';
import { t } from '../../i18n/t.ts';

type Hit = CallOutput<'search.all'>[number];

/** Journals, vendors, accounts and rules that bear the words; entries stand with their lines below. */
export function AlsoFound({ words }: { readonly words: string }) {
  const answer = useCall('search.all', words.length > 1 ? { query: words, limit: 5 } : null);
  const groups = Map.groupBy(
    (answer.data ?? []).filter(({ kind }) => kind !== 'line' && kind !== 'entry'),
    ({ kind }) => kind,
  );
  if (answer.error) return <ErrorNote error={answer.error} retry={answer.refetch} />;
  if (groups.size === 0) return null;
  return (
    <section className="also-found" aria-label={t('Also found')}>
      {[...groups].map(([kind, hits]) => (
        <div key={kind}>
          <h3>{kindLabel(kind)}</h3>
          <ul>
            {hits.map((hit) => (
              <li key={`${hit.id} ${hit.legalEntity}`}>
                <a href={placeOf(hit)}>
                  <bdi>{hit.title}</bdi>
                </a>{' '}
                <span className="quiet small">{[hit.legalEntity, hit.detail].filter(Boolean).join(' · ')}</span>{' '}
                <Amount value={hit.amount} />
              </li>
            ))}
          </ul>
        </div>
      ))}
    </section>
  );
}

function kindLabel(kind: Hit['kind']): string {
  switch (kind) {
    case 'journal':
      return t('Journals');
    case 'party':
      return t('Vendors and customers');
    case 'ledgerAccount':
      return t('Ledger accounts');
    case 'feedAccount':
      return t('Bank accounts');
    case 'rule':
      return t('Rules');
    default:
      return kind;
  }
}

function placeOf({ kind, id }: Hit): string {
  switch (kind) {
    case 'journal':
      return to(['activity', 'journal', id]);
    case 'feedAccount':
      return to(['review'], { feedAccount: id });
    case 'rule':
      return to(['rules', id]);
    default:
      return to(['review'], { account: id });
  }
}
