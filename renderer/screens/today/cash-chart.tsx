import {
  CartesianGrid,
  Line,
  LineChart,
  ReferenceLine,
  ResponsiveContainer,
  Tooltip,
  usePlotArea,
  useYAxisScale,
  XAxis,
  YAxis,
} from 'recharts';
import { Amount } from '../../components/amount.tsx';
import { Day } from '../../components/day.tsx';
import { feedAccountText } from '../../components/review-grid/labels.ts';
import { formatCount, formatDay, formatDecimal } from '../../i18n/format.ts';
import { t } from '../../i18n/t.ts';
import { cashRows } from './cash-rows.ts';
import { dayOf, lengthOf, spread, ticksAround, timeOf } from './drawing.ts';
import type { Cash } from './today.ts';

const HEIGHT = 264;
const LABEL_WIDTH = 236;
const LABEL_GAP = 15;
const DAY_MS = 86_400_000;
const COLOURS = 8;
/** What fits before the figure. */
const LONGEST_NAME = 25;

const colourOf = (index: number) => `var(--chart-${(index % COLOURS) + 1})`;

/** A thin step line per account with its name and newest balance at its end; today is marked. */
export function CashChart({ cash, today }: { readonly cash: Cash; readonly today: string }) {
  const rows = cashRows(cash);
  const drawn = rows.map((row) => ({
    time: timeOf(row.date),
    lengths: row.balances.map((balance) => balance && lengthOf(balance.amount)),
  }));
  const ticks = ticksAround(
    drawn.flatMap(({ lengths }) => lengths.flatMap((length) => length ?? [])),
    5,
  );
  const lowest = lowestOf(drawn.flatMap(({ lengths }) => lengths.flatMap((length) => length ?? [])));
  const [from, to] = [timeOf(cash.from), timeOf(cash.to)];
  return (
    <ResponsiveContainer width="100%" height={HEIGHT}>
      <LineChart
        data={drawn}
        margin={{ top: 8, right: LABEL_WIDTH, bottom: 0, left: 0 }}
        accessibilityLayer={false}
        role="img"
        aria-label={t(
          'Balance of {count, plural, one {# account} other {# accounts}} from {from} to {to}. The table holds the same figures.',
          {
            count: cash.accounts.length,
            from: formatDay(cash.from, 'full'),
            to: formatDay(cash.to, 'full'),
          },
        )}
      >
        <CartesianGrid vertical={false} stroke="var(--line)" />
        <XAxis
          dataKey="time"
          type="number"
          scale="time"
          domain={[from, to + DAY_MS / 4]}
          ticks={timeTicks(from, to)}
          tickFormatter={(time: number) => formatDay(dayOf(time), 'short')}
          tickLine={false}
          axisLine={{ stroke: 'var(--line-strong)' }}
          interval="preserveStartEnd"
        />
        <YAxis
          width={72}
          domain={[lowest, ticks.at(-1) ?? 0]}
          ticks={ticks.filter((tick) => tick >= lowest)}
          tickFormatter={(length: number) => formatCount(length).replace('-', '−')}
          tickLine={false}
          axisLine={false}
        />
        <ReferenceLine y={0} stroke="var(--line-strong)" />
        <ReferenceLine
          x={timeOf(today)}
          stroke="var(--accent-line)"
          label={{ value: t('today'), position: 'insideTopRight', className: 'today-mark' }}
        />
        {cash.accounts.map(({ account }, index) => (
          <Line
            key={account.id}
            dataKey={(row: (typeof drawn)[number]) => row.lengths[index]}
            name={account.id}
            type="stepAfter"
            stroke={colourOf(index)}
            strokeWidth={1.25}
            dot={false}
            activeDot={{ r: 2.5, stroke: 'none', fill: colourOf(index) }}
            isAnimationActive={false}
          />
        ))}
        <Tooltip
          isAnimationActive={false}
          cursor={{ stroke: 'var(--line-strong)' }}
          content={({ active, label }) =>
            active && typeof label === 'number' ? <Reading cash={cash} date={dayOf(label)} /> : null
          }
        />
        <Names cash={cash} />
      </LineChart>
    </ResponsiveContainer>
  );
}

/** A little below the lowest balance, so that its line does not lie on the edge. */
function lowestOf(lengths: readonly number[]): number {
  const low = Math.min(0, ...lengths);
  return low === 0 ? 0 : low - (Math.max(0, ...lengths) - low) / 40;
}

/** The mask tells accounts apart, so it is the name that gives way. */
function shortName(account: Cash['accounts'][number]['account']): string {
  const text = feedAccountText(account);
  return text.length <= LONGEST_NAME
    ? text
    : feedAccountText({ ...account, name: `${account.name.slice(0, LONGEST_NAME - 8).trim()}…` });
}

/** About six days on the axis, the last of them today. */
function timeTicks(from: number, to: number): number[] {
  const step = Math.max(1, Math.ceil((to - from) / DAY_MS / 6)) * DAY_MS;
  const ticks: number[] = [];
  for (let time = to; time >= from; time -= step) ticks.unshift(time);
  return ticks;
}

/** Direct labels: the name at the end of each line with the exact newest balance. */
function Names({ cash }: { readonly cash: Cash }) {
  const plot = usePlotArea();
  const scale = useYAxisScale();
  if (!plot || !scale) return null;
  const ends = cash.accounts.flatMap(({ account, points }, index) => {
    const last = points.at(-1);
    const wish = last && scale(lengthOf(last.balance.amount));
    return last && wish !== undefined ? [{ account, balance: last.balance, wish, index }] : [];
  });
  const places = spread(
    ends.map(({ wish }) => wish),
    LABEL_GAP,
    plot.y + 4,
    plot.y + plot.height - 2,
  );
  const left = plot.x + plot.width;
  return (
    <g className="cash-names">
      {ends.map(({ account, balance, wish, index }, at) => {
        const y = places[at] ?? wish;
        return (
          <g key={account.id}>
            <path d={`M${left + 1},${wish}L${left + 10},${y}`} stroke={colourOf(index)} strokeWidth={1} fill="none" />
            <text x={left + 14} y={y} dy="0.35em" fill={colourOf(index)}>
              {shortName(account)}
            </text>
            <text className="figure blurred" x={left + LABEL_WIDTH} y={y} dy="0.35em" textAnchor="end">
              {formatDecimal(balance.amount)}
            </text>
          </g>
        );
      })}
    </g>
  );
}

/** All balances of the day under the pointer. */
function Reading({ cash, date }: { readonly cash: Cash; readonly date: string }) {
  const row = cashRows(cash).find((one) => one.date === date);
  if (!row) return null;
  return (
    <div className="popover chart-reading">
      <Day value={date} />
      <table>
        <tbody>
          {cash.accounts.map(({ account }, index) => (
            <tr key={account.id}>
              <td>
                <span className="swatch" style={{ background: colourOf(index) }} />
                {feedAccountText(account)}
              </td>
              <td className="fig">
                <Amount value={row.balances[index]} currency={false} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
