/**
 * How long the main process keeps anybody waiting: the browser host in a process of its own, while one bank's lines
 * come in and are proposed and a screen scrolls through the queue that is there already. Beside it the same process at
 * rest, and the same work when the engine gives nobody a turn in between.
 */
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { type Bench, goal, percentile, rounded } from '../support/report.ts';
import { startBank } from './bank.ts';
import { startHost } from './host.ts';
import type { LoopFigures } from './loop.ts';
import { openScreen } from './screen.ts';

const IDLE_MS = 2_000;

export const bench: Bench = async ({ quick, tell }) => {
  const lines = quick ? 20_000 : 100_000;
  const root = mkdtempSync(join(tmpdir(), 'daybook-bench-'));
  const folder = (name: string) => join(root, name);
  const pages = folder('pages');
  mkdirSync(pages);
  writeFileSync(join(pages, 'index.html'), '<!doctype html>');
  const bank = await startBank(lines);
  const parts = { bank: bank.endpoint, pages };
  try {
    tell(`a queue of ${lines} lines …`);
    mkdirSync(folder('ours'));
    const idle = await fillQueue(folder('ours'), parts);
    cpSync(folder('ours'), folder('held'), { recursive: true });
    tell(`${lines} more while the queue is scrolled …`);
    const ours = await syncAndScroll(folder('ours'), parts);
    rmSync(folder('ours'), { recursive: true });
    tell('the same without a turn for others …');
    const held = await syncAndScroll(folder('held'), { ...parts, held: true });
    const { loop, windows, seconds } = ours;
    return {
      figures: {
        lines,
        linesPerSecond: Math.round(lines / seconds),
        ...loopOf('', loop),
        ...loopOf('idle ', idle),
        ...loopOf('without turns: ', held.loop),
        'turns over 50 ms': loop.over50,
        'turns over 50 ms of own time': loop.ownOver50,
        'windows answered': windows.length,
        'window p50 ms': rounded(percentile(windows, 0.5)),
        'window p99 ms': rounded(percentile(windows, 0.99)),
        'longest window ms': rounded(Math.max(...windows)),
        'without turns: windows answered': held.windows.length,
        'without turns / with, any moment p99': rounded(held.loop.anyMomentP99 / loop.anyMomentP99, 1),
        'time with turns / without': rounded(seconds / held.seconds),
      },
      goals: {
        'event loop delay p99 ms': goal(rounded(loop.p99, 1), { atMost: 50 }),
        'own time of a turn p99 ms': goal(rounded(loop.ownP99, 1), { atMost: 50 }),
        'event loop delay p99 at any moment ms': goal(rounded(loop.anyMomentP99, 1), { atMost: 50 }),
      },
      notes: [
        'p50, p99: of the turns of the loop, each counted once; a loop at rest shows the 5 ms between two looks',
        'own time: processor time of the main thread, which does not depend on what else the machine does',
        'at any moment: how long an event that comes at some moment waits, so that a long turn counts by its length',
        'the bank answers over HTTP from another process; windows are asked for one after the other without a pause',
      ],
    };
  } finally {
    bank.close();
    rmSync(root, { recursive: true, force: true });
  }
};

type Parts = { readonly bank: string; readonly pages: string; readonly held?: boolean };

/** A workspace whose queue holds the lines of the first login. @returns the loop of the process at rest afterwards */
async function fillQueue(folder: string, parts: Parts): Promise<LoopFigures> {
  const host = await startHost(folder, parts);
  await host.setUp();
  const screen = await openScreen(host.url);
  const [first = ''] = await host.feeds();
  await screen.call('sync.run', { feedIds: [first] });
  await host.settle();
  const idle = await host.watched(() => wait(IDLE_MS));
  await screen.close();
  await host.close();
  return idle;
}

/** Syncs the second login while the queue is scrolled. */
async function syncAndScroll(folder: string, parts: Parts) {
  const host = await startHost(folder, parts);
  const screen = await openScreen(host.url);
  const [, second = ''] = await host.feeds();
  let seconds = 0;
  const loop = await host.watched(async () => {
    const stop = screen.scroll();
    const started = performance.now();
    await screen.call('sync.run', { feedIds: [second] });
    seconds = (performance.now() - started) / 1_000;
    await stop();
  });
  await host.settle();
  await screen.close();
  await host.close();
  return { loop, seconds, windows: screen.times.get('queue.list') ?? [] };
}

function loopOf(
  name: string,
  { p50, p99, anyMomentP99, longest, ownP99, ownLongest }: LoopFigures,
): Record<string, number> {
  return {
    [`${name}delay p50 ms`]: rounded(p50, 1),
    [`${name}delay p99 ms`]: rounded(p99, 1),
    [`${name}delay p99 at any moment ms`]: rounded(anyMomentP99, 1),
    [`${name}longest turn ms`]: rounded(longest, 1),
    [`${name}own time of a turn p99 ms`]: rounded(ownP99, 1),
    [`${name}longest own time of a turn ms`]: rounded(ownLongest, 1),
  };
}
