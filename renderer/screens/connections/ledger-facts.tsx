import { z } from 'zod';
import { useCall } from '../../api/use-call.ts';
import { to } from '../../app/route.ts';
import { useAbout } from '../../app/session.ts';
import { Button } from '../../components/button.tsx';
import { Instant } from '../../components/day.tsx';
import { formatCount } from '../../i18n/format.ts';
import { t } from '../../i18n/t.ts';
import { entitiesField } from './kind-form.ts';
import { SignInLine } from './sign-in-step.tsx';
import type { CallBudget, Connection, Kind, Open } from './types.ts';

export type LedgerFactsProps = {
  readonly connection: Connection;
  readonly kind: Kind | undefined;
  readonly open: Open;
};

const address = z.looseObject({ endpoint: z.string() });

/** A ledger connection: who is signed in, what it is used for, and how many calls its provider still allows. */
export function LedgerFacts({ connection, kind, open }: LedgerFactsProps) {
  const { data: accounts } = useCall('accounts.list', {});
  const count = (accounts ?? []).filter(({ mapping }) => mapping?.ledgerConnectionId === connection.id).length;
  const { signIn } = connection;
  const field = entitiesField(kind);
  const chosen = field ? chosenEntities(connection, field.name) : [];
  const endpoint = address.safeParse(connection.settings).data?.endpoint;
  return (
    <>
      {signIn ? (
        <div className="sign-in-row">
          <SignInLine signIn={signIn} />
          <Button small onPress={() => open({ dialog: 'signIn', connection })}>
            {signIn.state === 'signed_in' ? t('Sign in again') : t('Sign in')}
          </Button>
        </div>
      ) : null}
      <p className="connection-facts">
        {endpoint ? <span className="quiet">{endpoint}</span> : null}
        <a href={to(['mapping'])}>
          {t('{count, plural, one {# account posts} other {# accounts post}} here', { count })}
        </a>
        {field && signIn?.state === 'signed_in' ? (
          <Button kind="link" onPress={() => open({ dialog: 'entities', connection, field })}>
            {chosen.length === 0
              ? t('{label}: choose them', { label: field.label })
              : t('{label}: {ids}', { label: field.label, ids: chosen.join(', ') })}
          </Button>
        ) : null}
      </p>
      {connection.callBudgets.length > 0 ? <Budgets budgets={connection.callBudgets} /> : null}
    </>
  );
}

function chosenEntities({ settings }: Connection, name: string): readonly string[] {
  const list = z.record(z.string(), z.json()).safeParse(settings).data?.[name];
  return Array.isArray(list) ? list.map(String) : [];
}

/** Calls left in the present minute and day, by legal entity, as the provider's last answer told. */
function Budgets({ budgets }: { readonly budgets: readonly CallBudget[] }) {
  const { data: about } = useAbout();
  const today = about ? { today: about.today } : {};
  return (
    <ul className="budgets" aria-label={t('Calls that the ledger still allows')}>
      {[...Map.groupBy(budgets, ({ legalEntity }) => legalEntity)].map(([legalEntity, own]) => (
        <li key={legalEntity}>
          <span>{t('Calls left for {entity}', { entity: legalEntity })}</span>
          {own.map((budget) => (
            <span key={budget.window} className={isScarce(budget) ? 'act' : undefined}>
              <span className="figure">
                {t('{left} of {limit}', { left: formatCount(budget.remaining), limit: formatCount(budget.limit) })}
              </span>{' '}
              {budget.window === 'minute' ? t('this minute, anew') : t('this day, anew')}{' '}
              <Instant value={budget.resetsAt} {...today} />
            </span>
          ))}
        </li>
      ))}
    </ul>
  );
}

/** A tenth is left. */
function isScarce({ remaining, limit }: CallBudget): boolean {
  return remaining * 10 <= limit;
}
