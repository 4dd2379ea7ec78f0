/** What a process is busy with when it is killed. Spans: what one undisturbed run of it takes (seen, rounded up). */
import { join } from 'node:path';
import { accountantActs } from '../simulation/accountant.ts';
import type { Approvals } from '../simulation/approvals.ts';
import type { Causes } from '../simulation/causes.ts';
import type { Dice } from '../simulation/dice.ts';
import { type AppClient, screenOf } from './app-client.ts';
import type { Span } from './marks.ts';

/** Where the acts of a round find their files. */
export type Desk = {
  /** Where she keeps backups that she makes by hand. */
  readonly byHand: string;
  /** The setup document. */
  readonly setup: string;
  /** Backups made so far that are whole. */
  readonly backups: readonly string[];
  readonly round: string;
};

export type Command = {
  readonly name: string;
  readonly weight: number;
  readonly span: Span;
  /** Null when it cannot be done now. */
  argv(desk: Desk): readonly string[] | null;
  /** Before it: the workspace is left as the first version of Daybook would. */
  readonly fromVersion10?: true;
  readonly restores?: true;
  readonly changesPassphrase?: true;
};

const plain =
  (...argv: readonly string[]) =>
  () =>
    argv;

export const SETUP_APPLY: Command = {
  name: 'setup apply',
  weight: 1,
  span: { ms: 500, requests: 8, writes: 0, steps: 110 },
  argv: ({ setup }) => ['setup', 'apply', setup],
};

export const COMMANDS: readonly Command[] = [
  SETUP_APPLY,
  { name: 'sync', weight: 4, span: { ms: 500, requests: 7, writes: 0, steps: 50 }, argv: plain('sync') },
  {
    name: 'approve',
    weight: 1,
    span: { ms: 150, requests: 0, writes: 0, steps: 28 },
    argv: plain('approve', '--all-ready'),
  },
  { name: 'post', weight: 7, span: { ms: 700, requests: 45, writes: 3, steps: 260 }, argv: plain('post') },
  { name: 'follow', weight: 1, span: { ms: 400, requests: 9, writes: 0, steps: 40 }, argv: plain('follow') },
  { name: 'reconcile', weight: 1, span: { ms: 500, requests: 12, writes: 0, steps: 50 }, argv: plain('reconcile') },
  {
    name: 'backup',
    weight: 2,
    span: { ms: 150, requests: 0, writes: 0, steps: 28 },
    argv: ({ byHand, round }) => ['backup', join(byHand, `${round}.backup`)],
  },
  {
    name: 'backup to its folder',
    weight: 1,
    span: { ms: 150, requests: 0, writes: 0, steps: 28 },
    argv: plain('backup'),
  },
  {
    name: 'restore',
    weight: 3,
    span: { ms: 200, requests: 0, writes: 0, steps: 34 },
    restores: true,
    argv: ({ backups }) => {
      const last = backups.at(-1);
      return last === undefined ? null : ['restore', last];
    },
  },
  {
    name: 'vault rotate',
    weight: 2,
    span: { ms: 100, requests: 0, writes: 0, steps: 24 },
    argv: plain('vault', 'rotate'),
  },
  {
    name: 'vault passphrase',
    weight: 1,
    span: { ms: 250, requests: 0, writes: 0, steps: 14 },
    changesPassphrase: true,
    argv: plain('vault', 'passphrase'),
  },
  {
    name: 'migration',
    weight: 2,
    span: { ms: 150, requests: 0, writes: 0, steps: 55 },
    fromVersion10: true,
    argv: plain('status'),
  },
];

export type AppAct = {
  readonly name: string;
  readonly weight: number;
  readonly restores?: true;
  run(app: AppClient, desk: Desk): Promise<void>;
};

/** What was approved is read from the workspace once nobody has it open. */
const NOT_FROM_HERE: Approvals = {
  note: async () => {},
  byReference: () => new Map(),
  earlier: () => [],
  madeOf: () => undefined,
};

export const APP_START_SPAN: Span = { ms: 250, requests: 0, writes: 0, steps: 10 };
export const APP_ACT_SPAN: Span = { ms: 400, requests: 18, writes: 2, steps: 50 };

/** What a person does on the screens of the running app. */
export function appActs(dice: Dice, causes: Causes): readonly AppAct[] {
  const ofAccountant = accountantActs(dice, NOT_FROM_HERE, causes)
    .filter(({ inside }) => !inside)
    .map((act) => ({ name: act.name, weight: act.weight, run: (app: AppClient) => act.run(screenOf(app, 0)) }));
  return [
    ...ofAccountant,
    { name: 'back up', weight: 2, run: async (app) => void (await app.ask('backup.make', {})) },
    { name: 'daily backup', weight: 1, run: async (app) => void (await app.ask('backup.daily', {})) },
    { name: 'rotate the key', weight: 2, run: async (app) => void (await app.ask('vault.rotateKey', {})) },
    {
      name: 'restore',
      weight: 3,
      restores: true,
      run: async (app, { backups }) => {
        const path = backups.at(-1);
        if (path !== undefined) await app.ask('backup.restore', { path });
      },
    },
  ];
}
