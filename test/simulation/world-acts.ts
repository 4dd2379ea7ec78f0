/** What happens around the accountant: people and banks, windows and computers, backups, a full disk, a wrong clock. */
import { join } from 'node:path';
import type { Act } from './accountant.ts';
import { createComputer } from './computer.ts';
import { holdFile } from './other-program.ts';
import { withoutReason } from './put-right.ts';
import type { Scene } from './scene.ts';
import { scheduleActs } from './schedule.ts';
import { signInAgain } from './sign-ins.ts';
import { statementFileActs } from './statement-files.ts';

export function worldActs(scene: Scene): readonly Act[] {
  const { causes, clock, company, computers, desk, dice, folder, found, outside, tell } = scene;
  let backup: string | null = null;
  return [
    ...scheduleActs(scene),
    ...statementFileActs(scene),
    {
      name: 'people at the ERP',
      weight: 6,
      run: async () => void tell(`    ${company.people.act() ?? 'nothing to do'}`),
    },
    { name: 'trouble at the bank', weight: 3, run: async () => void tell(`    ${company.botherFeeds()}`) },
    {
      name: 'second window',
      weight: 2,
      alone: true,
      run: async () => {
        if (desk.processes().length === 1) await desk.start();
      },
    },
    {
      name: 'sign in again',
      weight: 3,
      alone: true,
      run: async (process) => void found.push(...withoutReason(await signInAgain(company, process, causes))),
    },
    { name: 'close and open', weight: 1, alone: true, run: async (process) => process.close() },
    {
      name: 'back up',
      weight: 3,
      alone: true,
      run: async () => {
        if (desk.processes().length > 0) backup = await desk.backup(`${clock.now()}-${dice.int(1_000_000)}`);
      },
    },
    {
      name: 'restore the backup',
      weight: 2,
      alone: true,
      run: async () => {
        if (backup === null) return;
        await desk.restore(backup);
        await desk.start();
      },
    },
    {
      name: 'copy to a second computer',
      weight: 2,
      alone: true,
      run: async () => {
        if (computers.length > 1 || backup === null) return;
        const laptop = createComputer('laptop', join(folder, 'laptop'), outside);
        await laptop.restore(backup);
        computers.push(laptop);
        await laptop.start();
      },
    },
    {
      name: 'full disk',
      weight: 1,
      run: async (process) => {
        desk.setRoom(0);
        await process.ask('sync.run', {});
        await process.ask('post.run', {});
        desk.setRoom(null);
      },
    },
    {
      name: 'disk fills up',
      weight: 2,
      posts: true,
      alone: true,
      run: async (process) => {
        // What a ledger has just given may find no room.
        causes.add({ kind: 'sign_in_lost' });
        desk.setRoom(1 + dice.int(25));
        await process.ask('sync.run', {});
        await process.ask('proposals.approveReady', { filter: {} });
        await process.ask('post.run', {});
        desk.setRoom(null);
      },
    },
    {
      name: 'tokens end meanwhile',
      weight: 2,
      posts: true,
      run: async (process) => {
        const ended = clock.sleep(dice.int(3_000)).then(() => company.endTokens());
        await Promise.all([ended, process.ask('post.run', {}), process.ask('post.follow', {})]);
      },
    },
    {
      name: 'another program holds the file',
      weight: 2,
      posts: true,
      run: async (process) => {
        const other = holdFile(desk.database());
        const freed = clock.sleep(dice.int(20_000)).then(() => other?.letGo());
        const work = [process.ask('sync.run', {}), process.ask('proposals.approveReady', { filter: {} })];
        await Promise.all([freed, ...work, process.ask('post.run', {})]);
      },
    },
    {
      name: 'clock jump',
      weight: 1,
      run: async () => clock.set(clock.now() + (dice.int(5) - 2) * 3_600_000),
    },
  ];
}
