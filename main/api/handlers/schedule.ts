import { instantNow } from '../../core/clock.ts';
import { DaybookError } from '../../core/errors.ts';
import { composeDigest } from '../../schedule/digest.ts';
import { holidayCalendar, holidayCountries, holidayRegions } from '../../schedule/holidays.ts';
import { lookAtSchedule, readPlan } from '../../schedule/look.ts';
import { stopRunHere } from '../../schedule/perform.ts';
import type { Schedule } from '../../schedule/settings.ts';
import { nextRuns, nextSlotAfter } from '../../schedule/slots.ts';
import { latestDigest } from '../../store/digests.ts';
import { askRunToStop } from '../../store/runs.ts';
import { readScheduleState } from '../../store/schedule-state.ts';
import type { scheduleCalls } from '../calls/schedule.ts';
import type { HandlersOf } from '../handler.ts';
import { readRun } from '../runs.ts';

export const scheduleHandlers: HandlersOf<typeof scheduleCalls> = {
  'schedule.status': async (_, { daybook, host }) => {
    const { read } = daybook.store;
    const plan = await readPlan(read);
    const state = await readScheduleState(read);
    return {
      enabled: plan.schedule.enabled,
      nextRun: nextSlotAfter(daybook.ports.clock.now(), plan),
      waiting: state?.waiting ?? null,
      conditions: await host.services.conditions(),
      coveredUntil: state?.coveredUntil ?? null,
    };
  },
  'schedule.preview': async ({ schedule, timeZone, count }, { daybook }) => {
    const stored = await readPlan(daybook.store.read);
    if (timeZone !== undefined) requireTimeZone(timeZone);
    if (schedule !== undefined) await requireSound(schedule);
    const plan = {
      schedule: schedule ?? stored.schedule,
      timeZone: timeZone ?? stored.timeZone,
      holidays: schedule === undefined ? stored.holidays : await holidayCalendar(schedule.holidays),
    };
    return { timeZone: plan.timeZone, runs: nextRuns(daybook.ports.clock.now(), count, plan) };
  },
  'schedule.countries': () => holidayCountries(),
  'schedule.regions': ({ country }) => holidayRegions(country),
  'schedule.look': async (_, { daybook, host, changed }) => {
    const look = await lookAtSchedule(daybook, host.services.conditions);
    if (look.changed) changed(['runs']);
    return look;
  },
  'runs.get': ({ id }, { daybook }) => readRun(daybook, id),
  'runs.stop': async ({ id }, { daybook }) => {
    const { store, ports } = daybook;
    await readRun(daybook, id);
    if (!(await store.write((trx) => askRunToStop(trx, id, instantNow(ports.clock)))))
      throw new DaybookError('stale', 'This run has ended already. Nothing was changed.');
    stopRunHere(id);
    return {};
  },
  'digest.latest': async (_, { daybook }) => {
    const latest = await latestDigest(daybook.store.read);
    if (latest === null) return null;
    const { id, period, from_at: fromAt, until_at: untilAt, subject, body } = latest;
    return { id, period: period === 'weekly' ? 'weekly' : 'daily', fromAt, untilAt, subject, body };
  },
  'digest.preview': ({ period }, { daybook }) => composeDigest(daybook, period),
};

/** @throws DaybookError `usage` */
export function requireTimeZone(timeZone: string): void {
  try {
    new Intl.DateTimeFormat('en', { timeZone });
  } catch (thrown) {
    throw new DaybookError('usage', `"${timeZone}" is not known here. Choose another.`, {
      path: 'timeZone',
      cause: thrown,
    });
  }
}

/** What the schema cannot see. @throws DaybookError `usage` */
export async function requireSound({ enabled, days, holidays }: Schedule): Promise<void> {
  if (enabled && days.length === 0)
    throw new DaybookError(
      'usage',
      'No day is chosen, so nothing would ever run. Choose at least one day of the week.',
      {
        path: 'schedule.days',
      },
    );
  if (holidays === null) return;
  if (!(await holidayCountries()).some(({ code }) => code === holidays.country))
    throw new DaybookError(
      'usage',
      `The public holidays of ${holidays.country} are not known. Choose another country.`,
      {
        path: 'schedule.holidays.country',
      },
    );
  const { country, region } = holidays;
  if (region !== null && !(await holidayRegions(country)).some(({ code }) => code === region))
    throw new DaybookError('usage', `${region} is no region of ${country} whose holidays are known. Choose another.`, {
      path: 'schedule.holidays.region',
    });
}
