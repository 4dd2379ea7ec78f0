import type { CalendarDate } from '../../core/calendar.ts';
import type { AccountType } from '../../core/entry.ts';
import type { PeriodRecord, Stop } from '../capabilities.ts';
import { sameText, type Tables } from './tables.ts';

/** A fiscal period of one company with what its modules may do in it. */
export type Period = PeriodRecord & {
  readonly status: string;
  /** Access levels by account type: All, None, User (a user group only). */
  readonly access: Readonly<Record<AccountType, string>>;
};

/**
 * Joins the company's period states with the calendar's dates, because the states have none. Opening and closing periods
 * lie on the same days as operating ones and are not for daily entries. Null: the tenant does not tell.
 */
export async function readPeriods(tables: Tables, legalEntity: string, stop: Stop): Promise<Period[] | null> {
  const states = await tables.periodStates(legalEntity, stop);
  const calendar = (await tables.ledger(legalEntity, stop))?.FiscalCalendar || states?.[0]?.Calendar || '';
  if (states === null || calendar === '') return null;
  const days = await tables.fiscalPeriods(calendar, stop);
  if (days === null) return null;
  const stateOf = new Map(states.map((row) => [periodKey(row.Calendar, row.YearName, row.PeriodName), row]));
  return days.flatMap((row): Period[] => {
    const state = stateOf.get(periodKey(row.Calendar, row.FiscalYear, row.PeriodName));
    if (state === undefined || !sameText(row.Calendar, calendar)) return [];
    if (row.StartDate === null || row.EndDate === null || row.Type === 'Opening' || row.Type === 'Closing') return [];
    const access = {
      ledger: state.LedgerAccessLevel,
      bank: state.BankAccessLevel,
      customer: state.CustAccessLevel,
      vendor: state.VendAccessLevel,
    };
    const open = state.PeriodStatus === 'Open' && access.ledger !== 'None' && access.bank !== 'None';
    return [
      {
        name: `${row.PeriodName} ${row.FiscalYear}`,
        from: row.StartDate,
        to: row.EndDate,
        open,
        status: state.PeriodStatus,
        access,
      },
    ];
  });
}

/** The period of a day; undefined outside the calendar. */
export function periodOf(periods: readonly Period[], date: CalendarDate): Period | undefined {
  return periods.find((period) => period.from <= date && date <= period.to);
}

function periodKey(calendar: string, year: string, name: string): string {
  return `${calendar}\n${year}\n${name}`.toUpperCase();
}
