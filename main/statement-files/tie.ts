import { refuse } from './refusal.ts';
import type { Statement } from './statement.ts';
import { amountText } from './values.ts';

/** What the rows of a statement add up to, those that cannot be booked included. */
export function movementOf(statement: Pick<Statement, 'rows' | 'unreadable'>): bigint {
  let sum = 0n;
  for (const row of statement.rows) sum += row.minor;
  for (const row of statement.unreadable) sum += row.minor;
  return sum;
}

/**
 * The proof that nothing is missing in a statement: opening balance + rows = closing balance. A row that cannot be
 * booked is tolerated only where both balances prove its amount.
 * @throws Refusal with the difference
 */
export function proveStatement(statement: Statement): Statement {
  const { opening, closing, currency, unreadable } = statement;
  if (opening === null || closing === null) {
    const [first] = unreadable;
    if (first !== undefined) refuse(first.line, first.sentence);
    return statement;
  }
  const made = opening.minor + movementOf(statement);
  if (made !== closing.minor)
    refuse(
      statement.line,
      `The statement does not add up: ${amountText(opening.minor, currency)} at the beginning and its movements make ` +
        `${amountText(made, currency)}, but it ends with ${amountText(closing.minor, currency)}, a difference of ` +
        `${amountText(closing.minor - made, currency)}. Ask the bank for the whole statement.`,
    );
  return statement;
}
