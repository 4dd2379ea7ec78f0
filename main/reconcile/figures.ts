import { z } from 'zod';
import { canonicalJson, sha256 } from '../core/canonical.ts';
import { formatAmount } from '../core/money.ts';
import type { Movement, PeriodSide, PeriodTieOut } from './period.ts';

const minor = z.string().transform((text) => BigInt(text));
/** By day: how many movements, their sum, and a digest of each one's identity and amount. */
const days = z.record(z.string(), z.tuple([z.number(), minor, z.string()]));
const side = z.object({ opening: minor, in: minor, out: minor, gap: minor, closing: minor, days });

/** What a sign-off stands for, as it is stored: amounts in minor units, positive = money into the account. */
export const signedFigures = z.object({
  bank: side,
  ledger: side,
  difference: minor,
  items: z.array(z.object({ key: z.string(), amount: minor, date: z.string(), text: z.string() })),
});
export type SignedFigures = z.output<typeof signedFigures>;

export function figuresOf(tieOut: PeriodTieOut): SignedFigures {
  return {
    bank: sideOf(tieOut.bank),
    ledger: sideOf(tieOut.ledger),
    difference: tieOut.differenceMinor,
    items: tieOut.items
      .map(({ key, amountMinor, date, text }) => ({ key, amount: amountMinor, date, text }))
      .sort((a, b) => (a.key < b.key ? -1 : 1)),
  };
}

/** The same figures have the same text, and so the same hash. */
export function figuresText(figures: SignedFigures): string {
  return canonicalJson(figures);
}

export function figuresHash(figures: SignedFigures): string {
  return sha256(figuresText(figures));
}

function sideOf({ openingMinor, inMinor, outMinor, gapMinor, closingMinor, days: byDay }: PeriodSide) {
  const entries = [...byDay].map(([day, movements]): [string, [number, bigint, string]] => [
    day,
    [movements.length, movements.reduce((sum, one) => sum + one.amountMinor, 0n), digestOf(movements)],
  ]);
  return {
    ...{ opening: openingMinor, in: inMinor, out: outMinor, gap: gapMinor, closing: closingMinor },
    days: Object.fromEntries(entries),
  };
}

function digestOf(movements: readonly Movement[]): string {
  const told = movements.map(({ id, amountMinor }) => `${id}=${amountMinor}`).sort();
  return sha256(told.join('\n')).slice(0, 16);
}

/** Which figures moved since they were signed, one sentence each; none when they are the same. */
export function whatMoved(signed: SignedFigures, now: SignedFigures, currency: string): string[] {
  const amount = (value: bigint) => `${formatAmount({ minor: value, currency })} ${currency}`;
  const moved: string[] = [];
  for (const [name, before, after] of [
    ['bank', signed.bank, now.bank],
    ['ledger', signed.ledger, now.ledger],
  ] as const) {
    for (const [which, words] of BALANCES)
      if (before[which] !== after[which])
        moved.push(`The ${name}’s ${words} was ${amount(before[which])} and is ${amount(after[which])}.`);
    for (const day of [...new Set([...Object.keys(before.days), ...Object.keys(after.days)])].sort()) {
      const [was, is] = [before.days[day], after.days[day]];
      if (was?.[2] === is?.[2]) continue;
      const told = (one: typeof was) =>
        one === undefined ? 'none' : `${one[0]} ${one[0] === 1 ? 'line' : 'lines'} of ${amount(one[1])} together`;
      moved.push(
        was?.[0] === is?.[0] && was?.[1] === is?.[1]
          ? `The ${name}’s lines of ${day} were replaced by others of the same sum.`
          : `The ${name} had ${told(was)} on ${day} and has ${told(is)}.`,
      );
    }
  }
  const [old, open] = [
    new Map(signed.items.map((item) => [item.key, item])),
    new Map(now.items.map((i) => [i.key, i])),
  ];
  for (const [key, item] of old) {
    const still = open.get(key);
    if (still === undefined)
      moved.push(`The open item of ${item.date} over ${amount(item.amount)} (${item.text}) is no longer open.`);
    else if (still.amount !== item.amount)
      moved.push(
        `The open item of ${item.date} (${item.text}) was ${amount(item.amount)} and is ${amount(still.amount)}.`,
      );
  }
  for (const [key, item] of open)
    if (!old.has(key)) moved.push(`A new open item of ${item.date} over ${amount(item.amount)}: ${item.text}.`);
  return moved;
}

const BALANCES = [
  ['opening', 'opening balance'],
  ['closing', 'closing balance'],
  ['gap', 'unexplained movement'],
] as const;
