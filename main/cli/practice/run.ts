/** The whole job on the practice company, day by day on a virtual clock: link, map, sync, review, post, reconcile. */
import { BANKS, type BankKey } from '../../../practice/harbor/accounts.ts';
import { propose } from '../../coding/propose.ts';
import { refreshLedgerReferences } from '../../coding/refresh-reference.ts';
import { moduleFor } from '../../connectors/registry.ts';
import { addDays, type CalendarDate } from '../../core/calendar.ts';
import { virtualClock } from '../../core/clock.ts';
import { DaybookError } from '../../core/errors.ts';
import type { Log, Processes } from '../../core/ports.ts';
import { seededRandom } from '../../core/random.ts';
import { type Daybook, openDaybook } from '../../daybook.ts';
import { followPostings } from '../../posting/follow.ts';
import { postApproved } from '../../posting/post.ts';
import { type Reconciliation, reconcileAccounts } from '../../reconcile/reconcile.ts';
import { approveAllReady } from '../../review/approve.ts';
import { applySetup } from '../../setup/apply.ts';
import { type PracticeReport, practiceReport } from './report.ts';
import { createPracticeHost, type PracticeHost } from './world.ts';

/** A Monday at the beginning of a month: the months before it are closed in the practice ERP. */
export const FIRST_DAY: CalendarDate = '2026-11-02';
const MORNING = '07:30:00.000Z';
const NIGHT = '23:00:00.000Z';
const ACCOUNTANT = 'Practice accountant';

export type PracticeRunOptions = {
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
  const host = createPracticeHost({ seed: options.seed, firstDay: FIRST_DAY, clock });
  const daybook = await openDaybook({
    database: options.database,
    passphrase: options.passphrase,
    practice: true,
    name: 'Harbor Property Group (practice)',
    ports: {
      clock,
      random: seededRandom(`${options.seed}:daybook`),
      fetch: host.fetch,
      log: options.log,
      processes: options.processes,
    },
  });
  try {
    await applyPracticeSetup(daybook, { ...host, setup: withoutMappings(host.setup) });
    for (const bank of Object.keys(BANKS) as BankKey[]) await linkBank(daybook, host, bank);
    const setup = await applyPracticeSetup(daybook, host);
    options.tell(`Linked ${Object.keys(BANKS).length} banks, mapped ${setup.mappings.length} accounts.`);

    for (let day = 1; day <= options.days; day++) {
      options.stop?.throwIfAborted();
      const morning = addDays(FIRST_DAY, day);
      clock.set(Date.parse(`${morning}T${MORNING}`));
      await morningRun(daybook, morning, options);
      // At night the ERP's own batch job posts the journals that it finds.
      clock.set(Date.parse(`${morning}T${NIGHT}`));
      host.world.d365.control.postJournals();
      await followPostings(daybook.posting, options.stop);
    }
    const dates = Array.from({ length: options.days }, (_, index) => addDays(FIRST_DAY, index));
    const reconciliations: Reconciliation[] = await reconcileAccounts(daybook.posting, dates, {
      actor: ACCOUNTANT,
      ...(options.stop === undefined ? {} : { stop: options.stop }),
    });
    return await practiceReport(daybook, host.world, {
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

export function applyPracticeSetup(daybook: Daybook, host: Pick<PracticeHost, 'setup' | 'env'>) {
  return applySetup({ ...daybook.coding, feeds: daybook.feeds, moduleFor, env: host.env }, host.setup, ACCOUNTANT);
}

/** The connections and rules alone: accounts can be mapped once their banks are linked. */
function withoutMappings(setup: PracticeHost['setup']): PracticeHost['setup'] {
  return { ...setup, mappings: [] };
}

/** Links a bank as a person does: open the hosted page, sign in there, come back. Waits for its whole history. */
export async function linkBank(daybook: Daybook, host: PracticeHost, bank: BankKey): Promise<void> {
  const connections = await daybook.feeds.listConnections();
  const plaid = connections.find((connection) => connection.kind === 'plaid');
  if (!plaid) throw new DaybookError('setup_invalid', 'The practice company has no bank connection.');
  const session = await daybook.feeds.startLink(plaid.id);
  host.world.plaid.control.completeLink(session.linkToken, bank);
  const linked = await daybook.feeds.finishLink(plaid.id, session.linkToken, ACCOUNTANT);
  if (linked.state !== 'linked') throw new DaybookError('link_expired', 'The practice bank was not linked.');
}
