import type { CalendarDate } from '../../main/core/calendar.ts';

/** Something that happens to an account on a day, before it is known how the feed will tell of it. */
export type Movement = {
  /** Key of the account. */
  readonly account: string;
  /** Minor units of the account's currency. Sign: positive = money into the account. */
  readonly minor: bigint;
  /** The tidied text that a feed shows. */
  readonly text: string;
  /** The bank's own text. */
  readonly bankText: string;
  readonly counterparty: string | null;
  readonly category: readonly [primary: string, detailed: string];
  readonly channel: 'online' | 'in store' | 'other';
  readonly reference: string | null;
  readonly checkNumber: string | null;
  /** `card`: shown as pending first, as cards are; `sometimes`: now and then; `never`. */
  readonly pending: 'card' | 'sometimes' | 'never';
  /** Business days until the bank books it, besides any time spent pending. */
  readonly delay: number;
  /** True: the bank never changes its mind on it (transfers, payroll). */
  readonly firm: boolean;
  /** A memorandum that moves no balance, in an amount that is none of its currency. */
  readonly odd: OddAmount | null;
};

/** What a feed says of a row in trouble. `amount` has the sign of `minor`: positive = in. */
export type OddAmount = {
  readonly amount: string;
  readonly isoCurrency: string | null;
  readonly unofficialCurrency: string | null;
};

/** A business day as the generators see it. */
export type BusinessDay = {
  readonly date: CalendarDate;
  /** 1 = first business day of the month. */
  readonly ofMonth: number;
  readonly lastOfMonth: boolean;
  /** Business days since the first practice day; 0 = that day; negative in the history. */
  readonly ordinal: number;
  /** Expected balance in minor units: everything that has happened so far, booked or not. */
  expected(account: string): bigint;
};

type Sketch = Pick<Movement, 'account' | 'minor' | 'text' | 'category'> & Partial<Movement>;

/** A movement with what is usual for the rest. */
export function movement(sketch: Sketch): Movement {
  return {
    bankText: sketch.text,
    counterparty: null,
    channel: 'other',
    reference: null,
    checkNumber: null,
    pending: 'never',
    delay: 0,
    firm: false,
    odd: null,
    ...sketch,
  };
}
