/** After the last kill: the app catches up within a bounded number of rounds, and everything is judged. */
import type { Approvals } from '../simulation/approvals.ts';
import type { Causes } from '../simulation/causes.ts';
import type { SimulatedCompany } from '../simulation/company.ts';
import type { Process } from '../simulation/computer.ts';
import type { Dice } from '../simulation/dice.ts';
import { type Broken, broken, judgeLedger, judgeWorkspace, lastFullDay } from '../simulation/judge.ts';
import { answerQuestions } from '../simulation/questions.ts';
import { signInAgain } from '../simulation/sign-ins.ts';
import type { ShiftedClock } from './served-company.ts';

const MOST_ROUNDS = 8;

export type CatchUpOptions = {
  readonly company: SimulatedCompany;
  readonly process: Process;
  readonly approvals: Approvals;
  readonly causes: Causes;
  readonly clock: ShiftedClock;
  readonly dice: Dice;
  readonly tell: (line: string) => void;
};

export async function catchUp(options: CatchUpOptions): Promise<Broken[]> {
  const { company, process, approvals, causes, clock, dice, tell } = options;
  let before: string | null = null;
  for (let round = 1; round <= MOST_ROUNDS; round++) {
    clock.advance(12 * 3_600_000);
    const signedOut = await signInAgain(company, process, causes);
    if (signedOut.length > 0) return broken('a person is asked to sign in only where a token may be lost', signedOut);
    await process.ask('sync.run', {});
    const exceptions = await process.ask('queue.list', { filter: { states: ['refused'] }, offset: 0, limit: 1000 });
    const refused = (exceptions?.items ?? []).map(({ id }) => id);
    if (refused.length > 0) await process.ask('proposals.approve', { ids: refused });
    await process.ask('proposals.approveReady', { filter: {} });
    await approvals.note(process);
    await process.ask('post.run', {});
    await answerQuestions(process, dice, causes, approvals);
    await process.ask('post.run', {});
    await approvals.note(process);
    company.people.night();
    await process.ask('post.follow', {});
    const now = await stateOf(process);
    tell(`  catching up, round ${round}: ${now}`);
    if (now === before) {
      const day = lastFullDay(clock.now());
      return [
        ...judgeLedger(company, approvals, causes),
        ...(await judgeWorkspace(company, process, day, approvals, causes)),
      ];
    }
    before = now;
  }
  return broken('the run comes to rest', [before ?? '']);
}

/** What must not change any more once everything is done. */
async function stateOf({ daybook }: Process): Promise<string> {
  const rows = await daybook.store.read
    .selectFrom('proposal')
    .select(['state'])
    .select((proposal) => proposal.fn.countAll<bigint>().as('count'))
    .where('state', 'in', ['approved', 'posting', 'unknown', 'different', 'refused'])
    .groupBy('state')
    .orderBy('state')
    .execute();
  return rows.map(({ state, count }) => `${state} ${count}`).join(', ');
}
