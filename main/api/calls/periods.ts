import { z } from 'zod';
import { call } from './define.ts';
import { day, id, instant, money, none } from './shared.ts';

const days = { from: day, to: day };
/** Who signs, when it is another than the user of this computer. */
const by = z.string().trim().min(1).max(100).optional();
const note = z.string().trim().max(1_000).default('');

/** One side of a period: opening + in + out + gap = closing. */
const side = z.object({ opening: money, in: money, out: money, gap: money, closing: money, lines: z.int() });

const item = z.object({
  /** The same from period to period as long as it is the same money. */
  key: z.string(),
  kind: z.string(),
  date: day,
  /** Days from its date to the end of the period. */
  ageDays: z.int(),
  /** What it adds to bank − ledger. */
  amount: money,
  text: z.string(),
  broughtForward: z.boolean(),
  note: z.object({ note: z.string(), by: z.string(), at: instant }).nullable(),
  lineIds: z.array(id),
  ledgerLineIds: z.array(id),
  proposalId: id.nullable(),
});

const signature = z.object({ by: z.string(), at: instant, note: z.string() });

const signOff = z.object({
  id,
  feedAccountId: id,
  account: z.string(),
  ...days,
  /** prepared, reviewed; broken: a figure beneath moved; reopened: by a person */
  state: z.enum(['prepared', 'reviewed', 'broken', 'reopened']),
  /** SHA-256 of the signed figures. */
  hash: z.string(),
  prepared: signature,
  reviewed: signature.nullable(),
  /** Why it no longer stands, one sentence a figure that moved. */
  ended: z.object({ at: instant, by: z.string(), why: z.array(z.string()) }).nullable(),
});

const period = z.object({
  feedAccountId: id,
  account: z.string(),
  legalEntity: z.string(),
  bankAccount: z.string(),
  ...days,
  bank: side,
  ledger: side,
  /** bank − ledger at the end. */
  difference: money,
  items: z.array(item),
  /** Open at the begin and settled by the end. */
  cleared: z.array(z.object({ date: day, amount: money, text: z.string() })),
  /** broughtForward + arisen + cleared = carriedForward */
  roll: z.object({ broughtForward: money, arisen: money, cleared: money, carriedForward: money }),
  pending: z.object({ lines: z.int(), amount: money }),
  /** What the open items leave unexplained; zero when the period ties out. */
  unexplained: money,
  tiesOut: z.boolean(),
  ledgerSource: z.enum(['ledger', 'postings']),
  /** The sign-off that stands for exactly this period. */
  signOff: signOff.nullable(),
});

const cashGroup = z.object({
  legalEntity: z.string(),
  currency: z.string(),
  bank: money,
  ledger: money,
  open: money,
  pending: money,
  accounts: z.array(
    z.object({
      feedAccountId: id,
      account: z.string(),
      bankAccount: z.string(),
      bank: money,
      ledger: money,
      open: money,
      pending: money,
      explained: z.boolean(),
    }),
  ),
});

export const periodCalls = {
  'periods.show': call({
    about: 'An account over a period, tied out: opening + movements = closing on both sides, and the open items.',
    input: z.strictObject({
      feedAccountId: id,
      ...days,
      /** Asks the ledger for what changed first. */
      fresh: z.boolean().default(false),
    }),
    output: period,
    long: true,
  }),
  'periods.signOffs': call({
    about: 'Signed periods, those that broke or were opened again too, the newest first.',
    input: z.strictObject({ feedAccountId: id.optional() }),
    output: z.object({
      signOffs: z.array(signOff),
      /** What each account would sign next: the month after the last signed one, else the month that ended last. */
      next: z.array(z.object({ feedAccountId: id, account: z.string(), ...days })),
    }),
  }),
  'periods.prepare': call({
    about: 'Signs a period that ties out as its preparer, and locks it.',
    input: z.strictObject({ feedAccountId: id, ...days, by, note }),
    output: z.object({ id }),
    long: true,
    changes: ['reconcile', 'queue', 'audit'],
  }),
  'periods.review': call({
    about: 'Signs a prepared period as its reviewer.',
    input: z.strictObject({ id, by, note }),
    output: z.object({ id }),
    changes: ['reconcile', 'audit'],
  }),
  'periods.reopen': call({
    about: 'Opens a signed period again, and the later ones of its account with it.',
    input: z.strictObject({ id, by, reason: z.string().trim().min(1).max(1_000) }),
    output: z.object({ id }),
    changes: ['reconcile', 'queue', 'audit'],
  }),
  'periods.check': call({
    about: 'Compares every signed period with the figures of now; those beneath which one moved break.',
    input: none,
    output: z.object({ broken: z.array(z.object({ id, feedAccountId: id, ...days, why: z.array(z.string()) })) }),
    long: true,
    changes: ['reconcile', 'queue', 'audit'],
  }),
  'periods.note': call({
    about: 'Notes why an item is open; an empty note takes it away.',
    input: z.strictObject({ feedAccountId: id, key: z.string().min(1).max(20_000), note }),
    output: z.object({ key: z.string() }),
    changes: ['reconcile', 'audit'],
  }),
  'periods.policy': call({
    about: 'What a sign-off asks for.',
    input: none,
    output: z.object({ twoNames: z.boolean(), notes: z.boolean() }),
  }),
  'periods.setPolicy': call({
    about: 'Sets whether preparer and reviewer must be two people, and whether each open item needs a note.',
    input: z.strictObject({ twoNames: z.boolean(), notes: z.boolean() }),
    output: z.object({ twoNames: z.boolean(), notes: z.boolean() }),
    changes: ['reconcile', 'settings', 'audit'],
  }),
  'cash.statement': call({
    about: 'Cash per legal entity and currency at the end of a day: bank, ledger, open items; pending apart.',
    input: z.strictObject({ date: day.optional() }),
    output: z.object({ date: day, groups: z.array(cashGroup) }),
    long: true,
  }),
};
