/** The end of a story: faults stop, and everything must come to rest. */
import { judgeLogins, settleLogins } from './bank-life.ts';
import type { SimulatedCompany } from './company.ts';
import type { Process } from './computer.ts';
import { type Broken, broken, judgeLedger, judgeWorkspace, lastFullDay } from './judge.ts';
import { answerQuestions } from './questions.ts';
import type { Scene } from './scene.ts';
import { signInAgain } from './sign-ins.ts';
import { clearWeather } from './weather.ts';

const MOST_ROUNDS = 12;

/** Faults end, people put right what they did, and the app catches up within a bounded number of rounds. */
export async function putRight(scene: Scene): Promise<Broken[]> {
  const { approvals, causes, clock, company, computers, desk, dice, explanations, tell } = scene;
  clearWeather(company.servers);
  for (const computer of computers) if (computer.processes().length === 0) await computer.start();
  for (const process of computers.flatMap((computer) => computer.processes()))
    process.life.dieAfter(Number.POSITIVE_INFINITY);
  const unexplained = await explanations.unexplained();
  if (unexplained.length > 0) return unexplained;
  for (const computer of computers) if (computer !== desk) await computer.closeAll();
  const process = desk.processes()[0] ?? (await desk.start());
  const hidden = await hiddenTrouble(company, process);
  if (hidden.length > 0) return hidden;
  company.putFeedsRight();
  company.people.putRight();
  let before: string | null = null;
  for (let round = 1; round <= MOST_ROUNDS; round++) {
    clock.advance(12 * 3_600_000);
    for (const feed of await process.daybook.feeds.listFeeds())
      if (feed.state !== 'removed') await process.daybook.feeds.syncFeed(feed.id).catch(() => {});
    const needless = withoutReason(await signInAgain(company, process, causes));
    if (needless.length > 0) return needless;
    await settleLogins(scene, process);
    await process.ask('sync.run', {});
    const exceptions = await process.ask('queue.list', { filter: { states: ['refused'] }, offset: 0, limit: 1000 });
    const refused = (exceptions?.items ?? []).map((item) => item.id);
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
    tell(`  round ${round}: ${now}`);
    if (now === before) {
      const day = lastFullDay(clock.now());
      return [
        ...judgeLedger(company, approvals, causes),
        ...(await explanations.unexplained()),
        ...(await judgeWorkspace(company, process, day, approvals, causes)),
        ...(await judgeLogins(process)),
      ];
    }
    before = now;
  }
  return [{ promise: 'the run comes to rest once faults stop', detail: before ?? '' }];
}

/** A bank that wants its password is shown to a person after the next fetch. */
async function hiddenTrouble({ wantPassword }: SimulatedCompany, process: Process): Promise<Broken[]> {
  const wanting = wantPassword();
  if (wanting.length === 0) return [];
  await process.ask('sync.run', {});
  const shown = (await process.daybook.feeds.listFeeds()).flatMap(({ institutionName, state }) =>
    state === 'needs_person' ? [institutionName] : [],
  );
  return broken(
    'a person is asked for the password that a bank wants',
    wanting.filter((name) => !shown.includes(name)),
  );
}

export function withoutReason(signIns: readonly string[]): Broken[] {
  return broken('nobody is asked to sign in again without a reason', signIns);
}

/** What must not change any more once everything is done. New bank lines of each day are not part of it. */
async function stateOf({ daybook }: Process): Promise<string> {
  const rows = await daybook.store.read
    .selectFrom('proposal')
    .select(['state'])
    .select((proposal) => proposal.fn.countAll<bigint>().as('count'))
    .where('state', 'in', ['approved', 'posting', 'unknown', 'different', 'refused'])
    .groupBy('state')
    .orderBy('state')
    .execute();
  return rows.map((row) => `${row.state} ${row.count}`).join(', ');
}
