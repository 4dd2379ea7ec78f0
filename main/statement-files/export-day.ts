import type { CalendarDate, Instant } from '../core/calendar.ts';

/** An account as a bank's file names it. The number is whole, because that is how the ERP finds the account. */
export type ExportAccount = {
  /** Up to 7 letters and digits that name the account in statement ids, the same in every export. */
  readonly code: string;
  readonly number: string;
  readonly isIban: boolean;
  readonly name: string;
  readonly currency: string;
  readonly institution: string | null;
};

/** One day of an account. opening + rows = closing, and a day's closing is the next day's opening. Positive = in. */
export type ExportDay = {
  readonly date: CalendarDate;
  readonly opening: bigint;
  readonly closing: bigint;
  readonly rows: readonly ExportRow[];
};

export type ExportRow = {
  /** Up to 16 characters, the same in every export. */
  readonly id: string;
  readonly minor: bigint;
  readonly valueDate: CalendarDate | null;
  readonly text: string;
  readonly counterparty: string | null;
  readonly reference: string | null;
  readonly checkNumber: string | null;
  readonly category: string | null;
  readonly channel: string | null;
};

export type ExportOf = {
  readonly account: ExportAccount;
  readonly days: readonly ExportDay[];
  /** When the file is made. Nothing else in it depends on the clock. */
  readonly at: Instant;
};

/** Unique for account and day, the same in every export, and short enough for every format (16 characters). */
export function statementId(account: ExportAccount, day: ExportDay): string {
  return `${account.code}-${day.date.replaceAll('-', '')}`;
}

/** Rises by day and fits the five digits of field 28C: year and day of the year. */
export function statementNumber({ date }: ExportDay): string {
  const days = (Date.parse(`${date}T00:00:00Z`) - Date.parse(`${date.slice(0, 4)}-01-01T00:00:00Z`)) / 86_400_000 + 1;
  return `${date.slice(2, 4)}${String(days).padStart(3, '0')}`;
}
