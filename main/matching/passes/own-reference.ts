import { isAllowed, type Line, type Pool } from '../pool.ts';
import { type Turns, turnTaker } from '../turns.ts';
import { settle } from './settle.ts';

/** The entry that Daybook posted for a statement line, by the reference that it carries in the ledger. */
export function* matchOwnReference(pool: Pool): Turns {
  const due = turnTaker();
  if (!isAllowed(pool, 'own_reference')) return;
  const ofLedger = Map.groupBy(
    pool.ledger.filter((line) => line.open && line.line.stem !== null),
    (line) => line.line.stem,
  );
  const ofStatement = Map.groupBy(
    pool.statement.filter((line) => line.open && line.line.stem !== null),
    (line) => line.line.stem,
  );
  const linked = (a: Line, b: Line) => a.line.stem === b.line.stem;
  for (const [stem, statement] of ofStatement) {
    if (due()) yield;
    settle(pool, { statement, ledger: ofLedger.get(stem) ?? [] }, linked, 'own_reference', "Daybook's own reference");
  }
}
