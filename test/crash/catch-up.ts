/** After the last kill: the app catches up within a bounded number of rounds, and everything is judged. */
import type { Approvals } from '../simulation/approvals.ts';
import type { Causes } from '../simulation/causes.ts';
import type { SimulatedCompany } from '../simulation/company.ts';
import type { Process } from '../simulation/computer.ts';
import { type Broken, broken, judgeLedger, judgeWorkspace, lastFullDay } from '../simulation/judge.ts';
import { signInAgain } from '../simulation/sign-ins.ts';
import type { ShiftedClock } from './served-company.ts';

const MOST_ROUNDS = 8;

export type CatchUpOptions = {
  readonly company: SimulatedCompany;
  readonly process: Process;
  readonly approvals: Approvals;
  readonly causes: Causes;
  readonly clock: ShiftedClock;
  readonly tell: (line: string) => void;
};

export async function catchUp(options: CatchUpOptions): Promise<Broken[]> {
  const { company, process, approvals, causes, clock, tell } = options;
  let before: string | null = null;
  for (let round = 1; round <= MOST_ROUNDS; round++) {
    clock.advance(12 * 3_600_000);
    const signedOut = await signInAgain(company, process, causes);
    if (signedOut.length > 0) return broken('a person is asked to sign in only where a token may be lost', signedOut);
    await process.ask('sync.run', {});
    await process.ask('proposals.approveReady', { filter: {} });
    await approvals.note(process);
    await process.ask('post.run', {});
    await approvals.note(process);
    company.people.night();
    await process.ask('post.follow', {});
    const states = await statesOf(process);
    const now = [...states].map(([state, count]) => `${state} ${count}`).join(', ');
    tell(`  catching up, round ${round}: ${now}`);
    if (now === before) {
      const day = lastFullDay(clock.now());
      return [
        ...judgeLedger(company, approvals, causes),
        ...(await judgeWorkspace(company, process, day, causes)),
        ...judgeAsked(states, causes),
      ];
    }
    before = now;
  }
  return broken('the run comes to rest', [before ?? '']);
}

/** Nobody touched the ledgers, so only a backup that came back is a reason to ask a person. */
function judgeAsked(states: ReadonlyMap<string, number>, causes: Causes): Broken[] {
  if (causes.has('copied')) return [];
  const asked = ['different', 'unknown'].filter((state) => (states.get(state) ?? 0) > 0);
  return broken(
    'a kill alone is no reason to ask a person',
    asked.map((state) => `${states.get(state)} ${state}`),
  );
}

/** What must not change any more once everything is done. */
async function statesOf({ daybook }: Process): Promise<Map<string, number>> {
  const rows = await daybook.store.read
    .selectFrom('proposal')
    .select(['state'])
    .select((proposal) => proposal.fn.countAll<bigint>().as('count'))
    .where('state', 'in', ['approved', 'posting', 'unknown', 'different', 'refused'])
    .groupBy('state')
    .orderBy('state')
    .execute();
  return new Map(rows.map(({ state, count }) => [state, Number(count)]));
}
