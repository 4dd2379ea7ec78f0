/**
 * Makes the two sides of a bank account out of real payments, and the truth of what belongs together. The rates stand in
 * `RATES` and in docs/reconciliation.md; one seed always makes the same lines. No line carries Daybook's own reference,
 * which would make the task easy.
 */
import { seededRandom } from '../../main/core/random.ts';
import { businessDays, type HolidayCalendar } from '../../main/matching/business-days.ts';
import type { MatchAccount, MatchLine } from '../../main/matching/line.ts';
import { DEFAULT_RULES } from '../../main/matching/rules.ts';
import { createDamage } from './damage.ts';
import type { Payment } from './payments.ts';

export const RATES = {
  /** Of payments of several invoices: the ledger has a line an invoice, not one a payment. */
  ledgerByInvoice: 0.4,
  /** Of payments of several invoices: the bank has a line an invoice. */
  bankByInvoice: 0.05,
  /** Of payments: part of a bulk of 3 to 15 payments of a day that the bank books as one. */
  bulk: 0.05,
  bulkNamesRun: 0.6,
  /** The ledger keeps the payment's reference; the bank tells it whole, or damaged. */
  ledgerReference: 0.6,
  bankReference: 0.55,
  bankReferenceDamaged: 0.1,
  /** The ledger line names its invoices. */
  ledgerDocument: 0.9,
  /** The bank's text names invoices (at most three). */
  bankDocument: 0.45,
  /** Of those: as written, written otherwise, one digit wrong or two swapped, cut off; the rest is another number. */
  documentWhole: 0.5,
  documentOtherwise: 0.25,
  documentWrong: 0.1,
  documentCut: 0.1,
  /** The bank's name of the party: as in the ledger, cut, respelt, a processor's name; the rest has none. */
  partyWhole: 0.65,
  partyCut: 0.15,
  partyRespelt: 0.1,
  partyProcessor: 0.05,
  /** The ledger has the party in its text alone. */
  ledgerPartyInText: 0.15,
  /** The bank's text has a number of the bank's own. */
  trace: 0.6,
  /** Business days from the ledger's day to the bank's: chance of each. */
  lags: [
    [0, 0.45],
    [1, 0.3],
    [2, 0.12],
    [3, 0.06],
    [4, 0.025],
    [5, 0.015],
    [8, 0.02],
    [-1, 0.01],
  ],
  /** The bank takes a fee: one that the rule knows, or any up to its limit. */
  fee: 0.03,
  feeKnown: 0.8,
  rounding: 0.01,
  /** Booked and not paid yet; paid and not booked; booked and reversed. */
  ledgerOnly: 0.04,
  bankOnly: 0.03,
  reversed: 0.01,
  /** Lines of the bank's own: charges, interest. */
  bankOwn: 0.01,
  /** Transfers to a second account, for each payment. */
  transfer: 0.01,
} as const;

const FEES = [35, 450, 1_200, 2_500];
const FEE_LIMIT = 2_500;
const ROUNDING_LIMIT = 3;

/** What is the same money: lines of both sides, or two ledger lines that take each other back. */
export type Truth = ReadonlyArray<{ readonly statement: readonly number[]; readonly ledger: readonly number[] }>;
export type Case = { readonly accounts: readonly MatchAccount[]; readonly truth: Truth };

export function makeCase(
  payments: readonly Payment[],
  seed: string,
  holidays: HolidayCalendar,
  currency: string,
): Case {
  const random = seededRandom(seed);
  const chance = (rate: number) => random.next() < rate;
  const among = (count: number) => Math.floor(random.next() * count);
  const damage = createDamage(random);
  const business = businessDays(holidays);
  const bankDay = (day: number): number => {
    let left = drawLag(random.next());
    let at = day;
    // The bank books on its business days alone.
    while (left !== 0 || business(at) === business(at - 1)) {
      at += left < 0 ? -1 : 1;
      if (business(at) !== business(at - 1)) left -= Math.sign(left);
    }
    return at;
  };
  const sides = { operating: newSides(), savings: newSides() };
  const truth: Array<{ statement: number[]; ledger: number[] }> = [];
  let ids = 0;
  const add = (lines: MatchLine[], line: Partial<MatchLine> & Pick<MatchLine, 'amount' | 'day'>): number => {
    ids += 1;
    lines.push({ ...BLANK, id: ids, ...line });
    return ids;
  };
  const total = (payment: Payment) => payment.invoices.reduce((sum, { minor }) => sum + minor, 0);

  const book = (payment: Payment, run: string, reference: string): number[] => {
    const perInvoice = payment.invoices.length > 1 && chance(RATES.ledgerByInvoice);
    const parts = perInvoice ? payment.invoices.map((one) => [one]) : [payment.invoices];
    return parts.map((invoices) => {
      const inText = chance(RATES.ledgerPartyInText);
      const documents = chance(RATES.ledgerDocument) ? invoices.slice(0, 3).map(({ number }) => number) : [];
      return add(sides.operating.ledger, {
        amount: -invoices.reduce((sum, { minor }) => sum + minor, 0),
        day: payment.day,
        party: inText ? null : payment.supplier,
        text: inText ? `Payment ${payment.supplier}` : 'Vendor payment',
        references: reference === '' ? [] : [reference],
        documents,
        group: run,
      });
    });
  };

  const pay = (payment: Payment, reference: string): number[] => {
    const perInvoice = payment.invoices.length > 1 && chance(RATES.bankByInvoice);
    const parts = perInvoice ? payment.invoices.map((one) => [one]) : [payment.invoices];
    return parts.map((invoices) => {
      let minor = invoices.reduce((sum, one) => sum + one.minor, 0);
      if (!perInvoice && chance(RATES.fee))
        minor += chance(RATES.feeKnown) ? (FEES[among(FEES.length)] ?? 0) : 1 + among(FEE_LIMIT);
      else if (!perInvoice && chance(RATES.rounding))
        minor += chance(0.5) ? 1 + among(ROUNDING_LIMIT) : -1 - among(ROUNDING_LIMIT);
      const { party, text } = damage.words(
        payment.supplier,
        invoices.map(({ number }) => number),
        reference,
      );
      return add(sides.operating.statement, { amount: -minor, day: bankDay(payment.day), party, text });
    });
  };

  for (const [day, ofDay] of Map.groupBy(payments, (payment) => payment.day)) {
    const run = `RUN${String(day)}`;
    let bulk: { run: string; ledger: number[]; minor: number; left: number } | null = null;
    let bulks = 0;
    const closeBulk = () => {
      if (bulk === null || bulk.ledger.length === 0) return;
      const text = chance(RATES.bulkNamesRun) ? `BULK PAYMENT ${bulk.run}` : 'BULK PAYMENT';
      const line = add(sides.operating.statement, { amount: -bulk.minor, day: bankDay(day), text });
      truth.push({ statement: [line], ledger: bulk.ledger });
      bulk = null;
    };
    for (const payment of ofDay) {
      if (chance(RATES.transfer)) transfer(day);
      if (chance(RATES.bankOwn))
        add(sides.operating.statement, {
          amount: -(100 + among(4_000)),
          day,
          text: chance(0.5) ? 'ACCOUNT FEE' : 'INTEREST CHARGED',
        });
      // Bulks begin so often that the stated share of payments is in one.
      if (bulk === null && chance(RATES.bulk / 9)) {
        bulks += 1;
        bulk = { run: `${run}B${String(bulks)}`, ledger: [], minor: 0, left: 3 + among(13) };
      }
      if (bulk !== null) {
        bulk.ledger.push(...book(payment, bulk.run, ''));
        bulk.minor += total(payment);
        bulk.left -= 1;
        if (bulk.left === 0) closeBulk();
        continue;
      }
      const reference = chance(RATES.ledgerReference) ? `PAY${String(1_000_000 + among(8_999_999))}` : '';
      if (chance(RATES.ledgerOnly)) {
        book(payment, run, reference);
        continue;
      }
      if (chance(RATES.bankOnly)) {
        pay(payment, reference);
        continue;
      }
      if (chance(RATES.reversed)) {
        reverse(book(payment, run, reference));
        continue;
      }
      const [statement, ledger] = [pay(payment, reference), book(payment, run, reference)];
      // An invoice each on both sides: each of them is the same money by itself.
      if (statement.length > 1 && statement.length === ledger.length)
        for (const [at, id] of statement.entries()) truth.push({ statement: [id], ledger: ledger.slice(at, at + 1) });
      else truth.push({ statement, ledger });
    }
    closeBulk();
  }
  return {
    truth,
    accounts: Object.entries(sides).map(([account, lines]) => ({
      ...{ account, currency },
      rules: {
        ...DEFAULT_RULES,
        holidays,
        corrections: [
          { name: 'bank fee', kind: 'fee', account: '6570', upTo: FEE_LIMIT, known: FEES },
          { name: 'rounding', kind: 'rounding', account: '6990', upTo: ROUNDING_LIMIT, known: [] },
        ],
      },
      ...lines,
    })),
  };

  function reverse(booked: readonly number[]): void {
    for (const id of booked) {
      const line = sides.operating.ledger.findLast((one) => one.id === id);
      if (line === undefined) continue;
      const back = add(sides.operating.ledger, {
        ...line,
        id: ids + 1,
        amount: -line.amount,
        day: line.day + 1 + among(10),
        text: 'Reversal',
      });
      truth.push({ statement: [], ledger: [id, back] });
    }
  }

  function transfer(day: number): void {
    const amount = (1 + among(200)) * 50_000;
    const group = `TRF${String(ids)}`;
    for (const [lines, sign] of [
      [sides.operating, -1],
      [sides.savings, 1],
    ] as const) {
      const ledger = add(lines.ledger, { amount: sign * amount, day, text: 'Transfer between own accounts', group });
      const statement = add(lines.statement, {
        amount: sign * amount,
        day: bankDay(day),
        text: chance(0.5) ? 'OWN TRANSFER' : 'TFR',
      });
      truth.push({ statement: [statement], ledger: [ledger] });
    }
  }
}

const BLANK: Omit<MatchLine, 'id' | 'amount' | 'day'> = {
  party: null,
  text: '',
  stem: null,
  references: [],
  documents: [],
  group: null,
};

function newSides(): { readonly statement: MatchLine[]; readonly ledger: MatchLine[] } {
  return { statement: [], ledger: [] };
}

function drawLag(drawn: number): number {
  let left = drawn;
  for (const [lag, rate] of RATES.lags) {
    left -= rate;
    if (left < 0) return lag;
  }
  return 0;
}
