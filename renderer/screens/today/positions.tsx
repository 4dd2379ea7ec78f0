import '../../components/sheet.css';
import { go, to } from '../../app/route.ts';
import { Amount } from '../../components/amount.tsx';
import { Button } from '../../components/button.tsx';
import { Day } from '../../components/day.tsx';
import { digitsOf, fromMinor, toMinor } from '../../components/decimal.ts';
import { entityText } from '../../components/review-grid/labels.ts';
import { Empty } from '../../components/states.tsx';
import { formatCount } from '../../i18n/format.ts';
import { t } from '../../i18n/t.ts';
import { Difference } from './difference.tsx';
import type { Today } from './today.ts';

type Entity = Today['entities'][number];
type Position = Entity['positions'][number];

/** One row per entity and currency: what the bank holds, what the ledger holds, and the work between the two. */
export function Positions({ today }: { readonly today: Today }) {
  const { entities } = today;
  if (entities.length === 0)
    return (
      <Empty
        title={t('No bank account belongs to a ledger yet')}
        actions={<Button onPress={() => go(['mapping'])}>{t('Open mapping')}</Button>}
      >
        {t('Once accounts are mapped, each entity’s bank and ledger position stand here side by side.')}
      </Empty>
    );
  const manyConnections = new Set(entities.map(({ connectionId }) => connectionId)).size > 1;
  const totals = totalsOf(entities);
  // One currency is named in the head, several beside each figure.
  const only = totals.length === 1 ? totals[0]?.currency : undefined;
  return (
    <section aria-label={t('Positions')}>
      <table className="sheet positions">
        <thead>
          <tr>
            <th scope="col">{t('Entity')}</th>
            <th scope="col" className="fig">
              {t('Bank')} <span className="unit">{only}</span>
            </th>
            <th scope="col" className="fig">
              {t('Ledger')} <span className="unit">{only}</span>
            </th>
            <th scope="col" className="fig">
              {t('Difference')} <span className="unit">{only}</span>
            </th>
            <th scope="col">{t('Reconciled')}</th>
            <th scope="col" className="fig">
              {t('New')}
            </th>
            <th scope="col" className="fig">
              {t('To review')}
            </th>
            <th scope="col" className="fig">
              {t('Approved')}
            </th>
            <th scope="col" className="fig">
              {t('Posted today')}
            </th>
            <th scope="col" className="fig">
              {t('Exceptions')}
            </th>
            <th scope="col">{t('Oldest open')}</th>
          </tr>
        </thead>
        <tbody>
          {entities.flatMap((entity) => {
            const positions: readonly (Position | undefined)[] =
              entity.positions.length === 0 ? [undefined] : entity.positions;
            return positions.map((position, index) => (
              <tr key={`${entity.connectionId} ${entity.legalEntity} ${position?.currency}`}>
                {index === 0 ? (
                  <th scope="row" rowSpan={positions.length}>
                    <span className="entity-name" title={[entity.legalEntity, entity.name].filter(Boolean).join(' · ')}>
                      {entityText(entity.legalEntity, entity.name)}
                    </span>
                    {manyConnections ? <span className="quiet small"> {entity.connection}</span> : null}
                  </th>
                ) : null}
                <PositionCells position={position} currency={only === undefined} />
                {index === 0 ? (
                  <WorkCells entity={entity} rows={positions.length} currency={only === undefined} />
                ) : null}
              </tr>
            ));
          })}
        </tbody>
        {entities.length > 1 ? (
          <tfoot>
            {totals.map((total) => (
              <tr key={total.currency}>
                <th scope="row">{t('All')}</th>
                <td className="fig">
                  <Amount value={total.bank} currency={only === undefined} />
                </td>
                <td className="fig">
                  <Amount value={total.ledger} currency={only === undefined} />
                </td>
                <td className="fig">
                  <Difference value={total.difference} explained={total.explained} currency={only === undefined} />
                </td>
                <td />
                {total.first ? <WorkTotals entities={entities} /> : <td colSpan={6} />}
              </tr>
            ))}
          </tfoot>
        ) : null}
      </table>
    </section>
  );
}

type PositionCellsProps = { readonly position: Position | undefined; readonly currency: boolean };

function PositionCells({ position, currency }: PositionCellsProps) {
  if (!position)
    return (
      <td colSpan={4} className="quiet">
        {t('No balance yet')}
      </td>
    );
  const { bank, ledger, difference, explained, reconciledOn } = position;
  return (
    <>
      <td className="fig">
        <Amount value={bank} currency={currency} />
      </td>
      <td className="fig">
        <Amount value={ledger} currency={currency} />
      </td>
      <td className="fig">
        <Difference value={difference} explained={explained} currency={currency} />
      </td>
      <td>
        <a href={to(['reconcile'])}>{reconciledOn ? <Day value={reconciledOn} /> : t('not yet')}</a>
      </td>
    </>
  );
}

type WorkCellsProps = { readonly entity: Entity; readonly rows: number; readonly currency: boolean };

function WorkCells({ entity, rows, currency }: WorkCellsProps) {
  const { legalEntity, newToday, toReview, approved, postedToday, exceptions, oldestOpen } = entity;
  return (
    <>
      <td className="fig" rowSpan={rows}>
        <Count count={newToday} />
      </td>
      <td className="fig" rowSpan={rows}>
        <Count count={toReview} href={to(['review', 'review'], { entity: legalEntity })} tone="act" />
      </td>
      <td className="fig" rowSpan={rows}>
        <Count count={approved} href={to(['review', 'ready'], { entity: legalEntity })} />
      </td>
      <td className="fig" rowSpan={rows}>
        <Count count={postedToday} href={to(['review', 'posted'], { entity: legalEntity })} />
      </td>
      <td className="fig" rowSpan={rows}>
        <Count count={exceptions} href={to(['activity', 'exceptions'])} tone="act" />
      </td>
      <td rowSpan={rows} className="oldest">
        {oldestOpen ? (
          <a href={to(['review', 'entry', oldestOpen.proposalId])} title={oldestOpen.text}>
            {t('{days, plural, =0 {today} one {# day} other {# days}}', { days: oldestOpen.days })} ·{' '}
            <Amount value={oldestOpen.amount} currency={currency} />
          </a>
        ) : (
          <span className="quiet">{t('nothing open')}</span>
        )}
      </td>
    </>
  );
}

function WorkTotals({ entities }: { readonly entities: readonly Entity[] }) {
  const sum = (of: (entity: Entity) => number) =>
    formatCount(entities.reduce((total, entity) => total + of(entity), 0));
  return (
    <>
      <td className="fig">{sum(({ newToday }) => newToday)}</td>
      <td className="fig">{sum(({ toReview }) => toReview)}</td>
      <td className="fig">{sum(({ approved }) => approved)}</td>
      <td className="fig">{sum(({ postedToday }) => postedToday)}</td>
      <td className="fig">{sum(({ exceptions }) => exceptions)}</td>
      <td />
    </>
  );
}

type CountProps = { readonly count: number; readonly href?: string; readonly tone?: 'act' };

/** A count leads to what it counts. Nought leads nowhere. */
function Count({ count, href, tone }: CountProps) {
  if (count === 0) return <span className="quiet">0</span>;
  if (href === undefined) return formatCount(count);
  return (
    <a href={href} className={tone === 'act' ? 'tone-act' : undefined}>
      {formatCount(count)}
    </a>
  );
}

type Total = {
  readonly currency: string;
  readonly first: boolean;
  readonly bank: Position['bank'];
  readonly ledger: Position['ledger'];
  readonly difference: Position['difference'];
  readonly explained: boolean | null;
};

/** Sums per currency, never across; the ledger's only where every entity has been reconciled. */
function totalsOf(entities: readonly Entity[]): Total[] {
  const byCurrency = Map.groupBy(
    entities.flatMap((entity) => entity.positions),
    (position) => position.currency,
  );
  return [...byCurrency].map(([currency, positions], index) => {
    const digits = digitsOf(positions[0]?.bank.amount ?? '0.00');
    const sum = (of: (position: Position) => Position['ledger']) => {
      let minor = 0n;
      for (const position of positions) {
        const value = of(position);
        if (value === null) return null;
        minor += toMinor(value.amount, digits);
      }
      return { amount: fromMinor(minor, digits), currency };
    };
    return {
      currency,
      first: index === 0,
      bank: sum(({ bank }) => bank) ?? { amount: fromMinor(0n, digits), currency },
      ledger: sum(({ ledger }) => ledger),
      difference: sum(({ difference }) => difference),
      explained: positions.every(({ explained }) => explained === true),
    };
  });
}
