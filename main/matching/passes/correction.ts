import { isNear, lagOf, partsOf, relateNumbers, relateParties, sharesReference } from '../evidence.ts';
import type { CorrectionLine } from '../line.ts';
import { isAllowed, type Line, openOf, type Pool, sumOf, take } from '../pool.ts';
import type { CorrectionRule } from '../rules.ts';
import { type Turns, turnTaker } from '../turns.ts';
import { amountWords, lagWords, partyWords } from '../words.ts';
import { areLinked } from './document.ts';

/**
 * Lines that differ by a fee or a rounding that the user's rules name: tied together by a reference, the difference may
 * be anything up to the rule's limit; by party and day, only an amount that the rule knows.
 */
export function* matchCorrections(pool: Pool): Turns {
  if (!isAllowed(pool, 'correction') || pool.rules.corrections.length === 0) return;
  yield* byReference(pool);
  yield* byParty(pool);
}

/** The correction that makes `bank − ledger` whole, by the first rule that takes it. */
export function correctionFor(pool: Pool, difference: number, by: 'reference' | 'party'): CorrectionLine | null {
  for (const rule of pool.rules.corrections) {
    const size = Math.abs(difference);
    if (size === 0 || size > rule.upTo || (rule.kind === 'fee' && difference > 0)) continue;
    if (by === 'party' && !isKnown(rule, size)) continue;
    return { rule: rule.name, kind: rule.kind, account: rule.account, amount: difference };
  }
  return null;
}

function isKnown(rule: CorrectionRule, size: number): boolean {
  return rule.kind === 'rounding' || rule.known.includes(size);
}

function* byReference(pool: Pool): Turns {
  const due = turnTaker();
  for (const statement of pool.statement) {
    if (due()) yield;
    if (!statement.open) continue;
    const ledger = linkedLines(pool, statement);
    if (ledger.length === 0) continue;
    const rivals = new Set(ledger.flatMap((line) => linkedBack(pool, line)));
    if (rivals.size > 1) continue;
    const correction = correctionFor(pool, statement.amount - sumOf(ledger), 'reference');
    if (correction === null) continue;
    take(pool, [statement], ledger, {
      ...{ pass: 'correction', corrections: [correction], parts: partsOf(pool, [statement], ledger, 'corrected') },
      sentence: `The same reference on both sides; the amounts differ by ${amountWords(pool, correction.amount)}, which is booked as ${correction.rule}.`,
    });
  }
}

/** Open ledger lines that a statement line names. */
export function linkedLines(pool: Pool, statement: Line): Line[] {
  const lines = new Set<Line>();
  for (const key of statement.references) for (const line of openOf(pool.ledgerByReference.get(key))) lines.add(line);
  for (const key of statement.keys)
    for (const line of openOf(pool.ledgerByKey.get(key))) if (areLinked(pool, statement, line)) lines.add(line);
  return [...lines];
}

function linkedBack(pool: Pool, ledger: Line): Line[] {
  const byKey = ledger.keys.flatMap((key) => openOf(pool.statementByKey.get(key)));
  const byReference = ledger.references.flatMap((key) => openOf(pool.statementByReference.get(key)));
  return [...byKey, ...byReference].filter((line) => sharesReference(line, ledger) || areLinked(pool, line, ledger));
}

function* byParty(pool: Pool): Turns {
  const due = turnTaker();
  const differences = knownDifferences(pool.rules.corrections);
  for (const statement of pool.statement) {
    if (due()) yield;
    if (!statement.open || statement.party.weight === 0) continue;
    const partners = differences.flatMap((difference) =>
      openOf(pool.ledgerByAmount.get(statement.amount - difference)).filter((line) => isPartner(pool, statement, line)),
    );
    const [ledger] = partners;
    if (ledger === undefined || partners.length > 1 || relateParties(statement, ledger) !== 'agree') continue;
    if (relateNumbers(pool, statement, ledger) === 'conflict') continue;
    const rivals = [0, ...differences].flatMap((difference) =>
      openOf(pool.statementByAmount.get(ledger.amount + difference)).filter((line) => isPartner(pool, line, ledger)),
    );
    const correction = correctionFor(pool, statement.amount - ledger.amount, 'party');
    if (rivals.length > 1 || correction === null) continue;
    take(pool, [statement], [ledger], {
      ...{ pass: 'correction', corrections: [correction], parts: partsOf(pool, [statement], [ledger], 'corrected') },
      sentence: `${partyWords(ledger, statement)}, at the bank ${lagWords(lagOf(statement, ledger))}; the difference of ${amountWords(pool, correction.amount)} is the known ${correction.rule}.`,
    });
  }
}

/** Every `bank − ledger` that the rules know to the minor unit. */
export function knownDifferences(rules: readonly CorrectionRule[]): number[] {
  const all = new Set<number>();
  for (const rule of rules) {
    if (rule.kind === 'fee') for (const known of rule.known) all.add(-known);
    else for (let size = 1; size <= Math.min(rule.upTo, 5); size++) all.add(size).add(-size);
  }
  return [...all].sort((a, b) => a - b);
}

function isPartner(pool: Pool, statement: Line, ledger: Line): boolean {
  return isNear(pool, statement, ledger) && relateParties(statement, ledger) !== 'differ';
}
