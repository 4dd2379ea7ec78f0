import { Bar, BarChart, ResponsiveContainer, usePlotArea, useYAxisScale, XAxis, YAxis } from 'recharts';
import { digitsOf, fromMinor, toMinor } from '../../components/decimal.ts';
import { feedAccountText } from '../../components/review-grid/labels.ts';
import { formatCount, formatDecimal } from '../../i18n/format.ts';
import { t } from '../../i18n/t.ts';
import { BUCKET_COLOURS, bucketLabel } from './bucket-label.ts';
import { lengthOf } from './drawing.ts';
import type { Ageing } from './today.ts';

const ROW = 26;
const NAME_WIDTH = 176;
const FIGURE_WIDTH = 176;

type Account = Ageing['accounts'][number];

/** One stacked bar per account of what waits, gross of in and out, with count and sum printed at its end. */
export function AgeingChart({ ageing }: { readonly ageing: Ageing }) {
  const drawn = ageing.accounts.map(({ account, values }) => ({
    id: account.id,
    lengths: values.map(({ gross }) => lengthOf(gross.amount)),
  }));
  return (
    <>
      <ul className="chart-key">
        {ageing.buckets.map((bucket, index) => (
          <li key={bucket.from}>
            <span className="swatch" style={{ background: BUCKET_COLOURS[index] }} />
            {bucketLabel(bucket)}
          </li>
        ))}
      </ul>
      <ResponsiveContainer width="100%" height={drawn.length * ROW}>
        <BarChart
          data={drawn}
          layout="vertical"
          margin={{ top: 0, right: FIGURE_WIDTH, bottom: 0, left: NAME_WIDTH }}
          barSize={10}
          accessibilityLayer={false}
          role="img"
          aria-label={t(
            'What waits in {count, plural, one {# account} other {# accounts}}, by age. The table holds the same figures.',
            {
              count: drawn.length,
            },
          )}
        >
          <XAxis type="number" hide domain={[0, 'dataMax']} />
          <YAxis type="category" dataKey="id" hide />
          {ageing.buckets.map((bucket, index) => (
            <Bar
              key={bucket.from}
              dataKey={(row: (typeof drawn)[number]) => row.lengths[index]}
              name={bucketLabel(bucket)}
              stackId="age"
              fill={BUCKET_COLOURS[index] ?? 'var(--amber)'}
              isAnimationActive={false}
            />
          ))}
          <Figures ageing={ageing} />
        </BarChart>
      </ResponsiveContainer>
    </>
  );
}

/** Name before and figures behind each bar, from the exact texts. */
function Figures({ ageing }: { readonly ageing: Ageing }) {
  const plot = usePlotArea();
  const scale = useYAxisScale();
  if (!plot || !scale) return null;
  const right = plot.x + plot.width + FIGURE_WIDTH;
  return (
    <g className="ageing-figures">
      {ageing.accounts.map((row) => {
        const y = scale(row.account.id, { position: 'middle' });
        if (y === undefined) return null;
        return (
          <g key={row.account.id}>
            <text x={0} y={y} dy="0.35em">
              {feedAccountText(row.account)}
            </text>
            <text className="count" x={right - 92} y={y} dy="0.35em" textAnchor="end">
              {t('{count, plural, one {# line} other {{shown} lines}}', {
                count: countOf(row),
                shown: formatCount(countOf(row)),
              })}
            </text>
            <text className="figure blurred" x={right} y={y} dy="0.35em" textAnchor="end">
              {formatDecimal(grossOf(row))}
            </text>
          </g>
        );
      })}
    </g>
  );
}

function countOf({ values }: Account): number {
  return values.reduce((sum, { count }) => sum + count, 0);
}

function grossOf({ values }: Account): string {
  const digits = digitsOf(values[0]?.gross.amount ?? '0.00');
  return fromMinor(
    values.reduce((sum, { gross }) => sum + toMinor(gross.amount, digits), 0n),
    digits,
  );
}
