import { sharesReference } from '../evidence.ts';
import { isAllowed, type Line, type Pool } from '../pool.ts';
import { type Turns, turnTaker } from '../turns.ts';
import { settle } from './settle.ts';

/**
 * References that are there to be compared: the end-to-end id, the payment reference, the provider's own id. The bank may
 * tell them in a field or in the text.
 */
export function* matchEndToEnd(pool: Pool): Turns {
  const due = turnTaker();
  if (!isAllowed(pool, 'end_to_end')) return;
  const ofStatement = new Map<string, Line[]>();
  for (const line of pool.statement)
    if (line.open)
      for (const key of line.references)
        if (pool.ledgerByReference.has(key)) {
          const there = ofStatement.get(key);
          if (there) there.push(line);
          else ofStatement.set(key, [line]);
        }
  for (const [key, statement] of ofStatement) {
    if (due()) yield;
    const ledger = pool.ledgerByReference.get(key) ?? [];
    settle(pool, { statement, ledger }, sharesReference, 'end_to_end', 'The same payment reference on both sides');
  }
}
