import type { CalendarDate } from '../core/calendar.ts';
import type { ErrorCode } from '../core/errors.ts';

/**
 * What every bank statement format is read into. Amounts are minor units of the statement's currency; sign: **positive =
 * money into the account**, for balances positive = the firm's money. `line` is the line of the file, counted from 1.
 */
export type StatementFile = {
  readonly format: FormatName;
  /** As a person would say it: `CAMT.053.001.08`, `MT940`. */
  readonly formatLabel: string;
  readonly encoding: string;
  readonly statements: readonly Statement[];
  /** Statements that cannot be trusted. The lines of their accounts are not taken in. */
  readonly refused: readonly RefusedStatement[];
  /** What was left out on purpose, in sentences. */
  readonly notes: readonly string[];
};

export type FormatName = 'camt053' | 'mt940' | 'bai2' | 'ofx' | 'qif';

export type FileAccount = {
  /** As the file writes it; null in a format that names no account (QIF). Never shown, logged or sent whole. */
  readonly number: string | null;
  /** Bank code beside the number, where the format has one. */
  readonly bank: string | null;
  readonly name: string | null;
  readonly institution: string | null;
};

export type Balance = { readonly minor: bigint; readonly date: CalendarDate };

/** One statement of one account. It ties out: opening + rows + unreadable rows = closing, where both are there. */
export type Statement = {
  readonly line: number;
  readonly account: FileAccount;
  /** ISO 4217. */
  readonly currency: string;
  readonly id: string | null;
  readonly sequence: string | null;
  readonly from: CalendarDate | null;
  readonly to: CalendarDate | null;
  /** Null: the format gives none (OFX, QIF); then nothing but the closing balance of another file can prove it. */
  readonly opening: Balance | null;
  readonly closing: Balance | null;
  readonly rows: readonly StatementRow[];
  readonly unreadable: readonly UnreadableRow[];
  readonly notes: readonly string[];
};

export type StatementRow = {
  readonly line: number;
  /** The day the bank booked it. */
  readonly date: CalendarDate;
  readonly valueDate: CalendarDate | null;
  readonly minor: bigint;
  readonly text: string;
  /** The bank's own text whole, where `text` is a part of it. */
  readonly bankText: string | null;
  readonly counterparty: string | null;
  /** What payer and payee call it: end-to-end id, structured reference, customer reference. */
  readonly reference: string | null;
  /** What the bank calls it; the same in every file of the bank that holds the row. */
  readonly bankReference: string | null;
  readonly checkNumber: string | null;
  /** The bank's code for the kind of movement: `PMNT/RCDT/ESCT`, `NTRF`, `142`, `DEBIT`. */
  readonly code: string | null;
  /** The row as the file has it, JSON text. */
  readonly payload: string;
};

export type RowProblem = Extract<ErrorCode, 'row_invalid' | 'date_invalid'>;

/** A row whose amount is certain but that cannot be booked as it is. It counts in the proof, and waits for a person. */
export type UnreadableRow = {
  readonly line: number;
  readonly minor: bigint;
  readonly code: RowProblem;
  readonly sentence: string;
  readonly payload: string;
};

export type RefusedStatement = {
  readonly line: number;
  /** Null when the file does not say whose it is. */
  readonly account: string | null;
  readonly currency: string | null;
  readonly sentence: string;
};

/** What only a person can tell about a file whose format does not say it. */
export type ReadHints = {
  readonly currency?: string | undefined;
  /** How QIF writes 03/04: the third of April (`day_first`) or March 4th. */
  readonly dateOrder?: 'day_first' | 'month_first' | undefined;
};
