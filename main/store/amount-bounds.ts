import { type Expression, type SqlBool, sql } from 'kysely';
import { allCurrencies, exponentOf } from '../core/currencies.ts';

/** More decimals than any currency has; bounds with more are cut. */
const DECIMALS = 6;

/**
 * Compares a row's amount, without its sign, with a bound in units of the row's own currency: "100" means 100.00 USD,
 * 100 JPY and 100.000 KWD. The table has columns `amount_minor` and `currency`.
 */
export function amountCompares(table: string, operator: '>=' | '<=', bound: string): Expression<SqlBool> {
  const amount = sql.ref<bigint>(`${table}.amount_minor`);
  const limit = sql.lit(millionths(bound));
  const scaled = sql`abs(${amount}) * ${factorOf(`${table}.currency`)}`;
  return operator === '>=' ? sql<SqlBool>`${scaled} >= ${limit}` : sql<SqlBool>`${scaled} <= ${limit}`;
}

function millionths(decimal: string): bigint {
  const [whole = '0', fraction = ''] = decimal.replace(/^[+-]/, '').split('.');
  return BigInt(whole + fraction.slice(0, DECIMALS).padEnd(DECIMALS, '0'));
}

/** Minor units to millionths, by currency; nearly all currencies have two decimals. */
function factorOf(currency: string) {
  const others = Map.groupBy(allCurrencies(), (code) => exponentOf(code) ?? 2);
  others.delete(2);
  const cases = [...others].map(
    ([exponent, codes]) => sql`when ${sql.ref(currency)} in (${sql.join(codes.map((code) => sql.lit(code)))})
      then ${sql.lit(10 ** (DECIMALS - exponent))}`,
  );
  return sql`case ${sql.join(cases, sql` `)} else ${sql.lit(10 ** (DECIMALS - 2))} end`;
}
