import { useAction } from '../../api/use-action.ts';
import { go, to } from '../../app/route.ts';
import { Button } from '../../components/button.tsx';
import { Instant } from '../../components/day.tsx';
import { ErrorNote } from '../../components/error-note.tsx';
import { t } from '../../i18n/t.ts';
import type { Today } from './today.ts';

type One = Today['health'][number];

/** Every bank and ledger: when it was last heard, and the button that repairs what is wrong. */
export function Health({ today }: { readonly today: Today }) {
  const sync = useAction('sync.run');
  return (
    <section>
      <h2>
        <a href={to(['connections'])}>{t('Connections')}</a>
      </h2>
      <ErrorNote error={sync.error} onClose={sync.clear} />
      <ul className="today-health">
        {[...today.health].sort(worstFirst).map((one) => (
          <li key={`${one.kind} ${one.id}`}>
            <div className="who">
              <span className="name">
                <bdi>{one.title}</bdi>
              </span>
              <span className={one.state === 'healthy' && !one.stale ? 'quiet small' : 'tone-act small'}>
                {one.state === 'needs_person' ? (
                  t('needs you')
                ) : one.state === 'retrying' ? (
                  t('trying again')
                ) : (
                  <Heard one={one} date={today.date} />
                )}
              </span>
            </div>
            {one.sentence ? <p>{one.sentence}</p> : null}
            {one.freshness && (one.stale || one.state !== 'healthy') ? (
              <p className={one.stale ? 'small tone-act' : 'small quiet'}>{one.freshness}</p>
            ) : null}
            {one.state === 'healthy' ? null : (
              <Button small isDisabled={sync.busy} onPress={() => repair(one, (input) => void sync.run(input))}>
                {repairLabel(one)}
              </Button>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

function Heard({ one, date }: { readonly one: One; readonly date: string }) {
  if (one.kind === 'connection') return t('ready');
  if (one.lastSuccessAt === null) return t('not fetched yet');
  return (
    <span title={one.freshness ?? undefined}>
      {t('fetched')} <Instant value={one.lastSuccessAt} today={date} />
    </span>
  );
}

const RANK: Readonly<Record<string, number>> = { needs_person: 0, retrying: 1, healthy: 2 };

/** Trouble on top, then banks before the connections that carry them. */
function worstFirst(a: One, b: One): number {
  const rank = (one: One) => (RANK[one.state] ?? 0) * 4 + (one.stale ? 0 : 2) + (one.kind === 'feed' ? 0 : 1);
  return rank(a) - rank(b);
}

/** A bank that Daybook itself tries again is fetched at once; everything else is repaired where it was set up. */
function repair(one: One, fetchAgain: (input: { feedIds: string[] }) => void): void {
  if (one.kind === 'feed' && one.repair === 'wait') fetchAgain({ feedIds: [one.id] });
  else go(['connections'], { [one.kind]: one.id });
}

function repairLabel({ kind, repair: way }: One): string {
  switch (way) {
    case 'wait':
      return kind === 'feed' ? t('Fetch again') : t('Open connections');
    case 'sign_in_again':
      return t('Sign in again');
    case 'link_again':
      return t('Link again');
    case 'choose_accounts':
      return t('Choose accounts');
    case 'check_keys':
      return t('Check the keys');
    default:
      return t('Open connections');
  }
}
