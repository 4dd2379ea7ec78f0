/** The whole job on the practice company, day by day on a virtual clock: link, map, sync, review, post, reconcile. */
import type { CompanyName } from '../../../practice/company/names.ts';
import { createPracticeWorld } from '../../../practice/world.ts';
import { propose } from '../../coding/propose.ts';
import { refreshLedgerReferences } from '../../coding/refresh-reference.ts';
import { addDays, type CalendarDate } from '../../core/calendar.ts';
import { virtualClock } from '../../core/clock.ts';
import { DaybookError } from '../../core/errors.ts';
import type { Log, Processes } from '../../core/ports.ts';
import { seededRandom } from '../../core/random.ts';
import { type Daybook, openDaybook } from '../../daybook.ts';
import { followPostings } from '../../posting/follow.ts';
import { postApproved } from '../../posting/post.ts';
import type { Reconciliation } from '../../reconcile/day.ts';
import { reconcileAccounts } from '../../reconcile/reconcile.ts';
import { approveAllReady } from '../../review/approve.ts';
import { ACCOUNTANT, connectCompany } from './connect.ts';
import { type PracticeReport, practiceReport } from './report.ts';
import { createPracticeHost } from './world.ts';

/** A Monday at the beginning of a month: the months before it are closed in the practice ERP. */
export const FIRST_DAY: CalendarDate = '2026-11-02';
const MORNING = '07:30:00.000Z';
const NIGHT = '23:00:00.000Z';

export type PracticeRunOptions = {
  readonly company: CompanyName;
  readonly seed: number | string;
  /** Virtual days, weekends included. */
  readonly days: number;
  readonly database: string;
  readonly passphrase: string;
  readonly log: Log;
  readonly processes: Processes;
  readonly stop?: AbortSignal;
  /** One sentence a step, for people. */
  readonly tell: (sentence: string) => void;
};

export async function runPractice(options: PracticeRunOptions): Promise<PracticeReport> {
  const clock = virtualClock(Date.parse(`${FIRST_DAY}T${MORNING}`));
  const world = createPracticeWorld(options.company, { seed: options.seed, firstDay: FIRST_DAY, clock });
  const host = createPracticeHost(world);
  const daybook = await openDaybook({
    database: options.database,
    passphrase: options.passphrase,
    practice: true,
    name: `${world.title} (practice)`,
    ports: {
      clock,
      random: seededRandom(`${options.seed}:daybook`),
      fetch: host.fetch,
      log: options.log,
      processes: options.processes,
    },
  });
  try {
    const mapped = await connectCompany(daybook, host);
    options.tell(`Linked ${world.banks.banks.length} banks, mapped ${mapped} accounts.`);

    for (let day = 1; day <= options.days; day++) {
      options.stop?.throwIfAborted();
      const morning = addDays(FIRST_DAY, day);
      clock.set(Date.parse(`${morning}T${MORNING}`));
      await morningRun(daybook, morning, options);
      // At night the ERPs' own jobs post what stands in their journals and process entries.
      clock.set(Date.parse(`${morning}T${NIGHT}`));
      for (const ledger of world.ledgers) ledger.nightJob();
      await followPostings(daybook.posting, options.stop);
    }
    const dates = Array.from({ length: options.days }, (_, index) => addDays(FIRST_DAY, index));
    const reconciliations: Reconciliation[] = await reconcileAccounts(daybook.posting, dates, {
      actor: ACCOUNTANT,
      ...(options.stop === undefined ? {} : { stop: options.stop }),
    });
    return await practiceReport(daybook, world, {
      company: options.company,
      seed: options.seed,
      firstDay: FIRST_DAY,
      days: options.days,
      reconciliations,
    });
  } finally {
    await daybook.close();
  }
}

/** What an accountant's morning is: fetch, look, approve what is ready, post. */
async function morningRun(daybook: Daybook, morning: CalendarDate, options: PracticeRunOptions): Promise<void> {
  const stop = options.stop === undefined ? {} : { stop: options.stop };
  let newLines = 0;
  for (const result of await daybook.feeds.syncAll(stop)) {
    if (result.error) throw new DaybookError(result.error.code, result.error.sentence);
    if ('newLines' in result) newLines += result.newLines;
  }
  await refreshLedgerReferences(
    { ...daybook.coding, connectorFor: daybook.feeds.connector, cipher: daybook.vault.cipher },
    12 * 3_600_000,
    options.stop,
  );
  const proposed = await propose(daybook.coding, stop);
  const approved = await approveAllReady(daybook.coding, ACCOUNTANT);
  const posted = await postApproved(daybook.posting, { actor: ACCOUNTANT, ...stop });
  const [failure] = posted.failures;
  if (failure) throw new DaybookError(failure.error.code, failure.error.sentence);
  options.tell(
    `${morning}: ${newLines} new lines, ${proposed.made} entries proposed, ${approved.changed.length} approved, ${posted.posted} posted in ${posted.journals} journals.`,
  );
}
