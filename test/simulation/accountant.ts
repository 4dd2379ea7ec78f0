/** A person in a hurry: approves, splits, excludes, changes her mind, undoes, posts twice. All through the screens' API. */
import type { CallOutput } from '../../main/api/contract.ts';
import { DaybookError } from '../../main/core/errors.ts';
import type { Approvals } from './approvals.ts';
import type { Causes } from './causes.ts';
import type { Process } from './computer.ts';
import type { Dice } from './dice.ts';
import { answerQuestions } from './questions.ts';

type Row = CallOutput<'queue.list'>['items'][number];
type Tab = 'review' | 'ready' | 'posted' | 'excluded' | 'exceptions';

export type Act = {
  readonly name: string;
  readonly weight: number;
  /** Never at the same time as another act: it closes or opens workspaces. */
  readonly alone?: true;
  /** Reaches into the process itself, not only its screens. */
  readonly inside?: true;
  /** Writes to ledgers. */
  readonly posts?: true;
  run(process: Process): Promise<void>;
};

const ROWS_SEEN = 60;
const ACCOUNTS = ['605000', '614000', '618100', '401000'];

export function accountantActs(dice: Dice, approvals: Approvals, causes: Causes): readonly Act[] {
  const rowsOf = async (process: Process, tab: Tab): Promise<Row[]> => {
    const page = await process.ask('queue.list', { filter: { tab }, offset: 0, limit: ROWS_SEEN });
    return [...(page?.items ?? [])];
  };
  const one = async (process: Process, tab: Tab, work: (row: Row) => Promise<unknown>) => {
    const rows = await rowsOf(process, tab);
    if (rows.length > 0) await work(dice.pick(rows));
  };
  /** What she looked at, so that a change by somebody else is noticed; sometimes she does not care. */
  const target = (rows: readonly Row[]) => ({
    ids: rows.map((row) => row.id),
    ...(dice.chance(0.8) ? { revisions: Object.fromEntries(rows.map((row) => [row.id, row.revision])) } : {}),
  });
  const some = (rows: readonly Row[]) => rows.filter(() => dice.chance(0.4));
  const post = async (process: Process) => {
    await approvals.note(process);
    await process.ask('post.run', {});
    await approvals.note(process);
  };

  return [
    {
      name: 'approve some',
      weight: 5,
      run: async (process) => {
        const rows = some(await rowsOf(process, 'review'));
        if (rows.length > 0) await process.ask('proposals.approve', target(rows));
        await approvals.note(process);
      },
    },
    {
      name: 'approve all that is ready',
      weight: 4,
      run: async (process) => {
        await process.ask('proposals.approveReady', { filter: {} });
        await approvals.note(process);
      },
    },
    { name: 'post', weight: 8, posts: true, run: post },
    {
      name: 'morning run',
      weight: 6,
      posts: true,
      run: async (process) => {
        await process.ask('sync.run', {});
        await process.ask('proposals.approveReady', { filter: {} });
        await post(process);
      },
    },
    {
      name: 'post twice in a hurry',
      weight: 3,
      posts: true,
      run: async (process) => {
        await Promise.all([post(process), post(process)]);
      },
    },
    {
      name: 'change her mind while it posts',
      weight: 3,
      posts: true,
      run: async (process) => {
        const posting = post(process);
        for (let times = 1 + dice.int(5); times > 0; times--)
          await one(process, 'ready', (row) =>
            dice.chance(0.5)
              ? process.ask('proposals.edit', { ...target([row]), change: { text: `changed ${dice.int(1000)}` } })
              : process.ask('proposals.unapprove', target([row])),
          );
        await posting;
        await approvals.note(process);
      },
    },
    {
      name: 'edit',
      weight: 4,
      run: (process) =>
        one(process, dice.pick(['review', 'ready', 'exceptions'] as const), (row) =>
          process.ask('proposals.edit', {
            ...target([row]),
            change: dice.chance(0.7) ? { account: dice.pick(ACCOUNTS) } : { text: `edited ${dice.int(1000)}` },
          }),
        ),
    },
    {
      name: 'split',
      weight: 2,
      run: (process) =>
        one(process, 'review', (row) =>
          process.ask('proposals.split', {
            id: row.id,
            revision: row.revision,
            parts: [
              { percent: String(1 + dice.int(98)), accountType: 'ledger', account: dice.pick(ACCOUNTS) },
              { rest: true, accountType: 'ledger', account: dice.pick(ACCOUNTS) },
            ],
          }),
        ),
    },
    {
      name: 'exclude',
      weight: 1,
      run: (process) =>
        one(process, 'review', (row) => process.ask('proposals.exclude', { ...target([row]), reason: 'not ours' })),
    },
    {
      name: 'include',
      weight: 1,
      run: (process) => one(process, 'excluded', (row) => process.ask('proposals.include', target([row]))),
    },
    {
      name: 'take approvals back',
      weight: 2,
      run: (process) => one(process, 'ready', (row) => process.ask('proposals.unapprove', target([row]))),
    },
    { name: 'undo', weight: 3, run: async (process) => void (await process.ask('proposals.undo', {})) },
    { name: 'redo', weight: 1, run: async (process) => void (await process.ask('proposals.redo', {})) },
    {
      name: 'reverse',
      weight: 2,
      run: (process) => one(process, 'posted', (row) => process.ask('proposals.reverse', { id: row.id })),
    },
    {
      name: 'take apart',
      weight: 1,
      run: (process) => one(process, 'review', (row) => process.ask('proposals.takeApart', { id: row.id })),
    },
    {
      name: 'take back',
      weight: 2,
      posts: true,
      run: async (process) => {
        await one(process, 'posted', (row) => process.ask('proposals.takeBack', { id: row.id }));
      },
    },
    {
      name: 'decide what differs',
      weight: 2,
      run: async (process) => {
        const page = await process.ask('queue.list', {
          filter: { states: ['different'] },
          offset: 0,
          limit: ROWS_SEEN,
        });
        for (const { id, legalEntity } of page?.items ?? []) {
          // Accepted, what the ledger holds is no longer what the bank says.
          causes.add({ kind: 'accepted_difference', legalEntity });
          await process.ask(dice.chance(0.5) ? 'proposals.acceptLedger' : 'proposals.declareMissing', { id });
        }
      },
    },
    {
      name: 'pulls doubled and out of order',
      inside: true,
      weight: 3,
      run: async (process) => {
        const feeds = (await process.daybook.feeds.listFeeds()).filter((feed) => feed.state !== 'removed');
        const triggers = [...feeds, ...feeds].sort(() => dice.next() - 0.5);
        const pulls = triggers.map((feed) => process.daybook.feeds.syncFeed(feed.id).catch(forgiveKnown));
        await Promise.race([Promise.all(pulls), process.life.death]);
      },
    },
    { name: 'recode', weight: 1, run: async (process) => void (await process.ask('queue.recode', {})) },
    { name: 'follow', weight: 3, run: async (process) => void (await process.ask('post.follow', {})) },
    { name: 'fetch', weight: 6, run: async (process) => void (await process.ask('sync.run', {})) },
    { name: 'answer questions', weight: 2, run: (process) => answerQuestions(process, dice, causes, approvals) },
    { name: 'reconcile', weight: 1, run: async (process) => void (await process.ask('reconcile.run', {})) },
  ];
}

/** Trouble that has a name is shown by the feed's health; anything else is a bug. */
function forgiveKnown(thrown: unknown): void {
  if (!(thrown instanceof DaybookError) || thrown.code === 'internal') throw thrown;
}
