/**
 * The way of a page of 500 into the workspace, beside the raw database and a named peer, in one run. Runs of ours and
 * of the raw path take turns, so that a slow moment of the machine hits both.
 */
import { type Bench, goal, median, rounded } from '../support/report.ts';
import { measureActual } from './actual.ts';
import { openDaybook } from './daybook.ts';
import { syncInOwnProcess } from './memory.ts';
import { openRaw } from './raw.ts';

type Round = { rawFirst: number; rawReady: number; rawWhole: number; first: number; again: number };

export const bench: Bench = async ({ quick, tell }) => {
  const small = 10_000;
  const large = 100_000;
  const peerLines = quick ? 1_500 : small;
  const figures: Record<string, number | null> = { smallLines: small, largeLines: large, peerLines };
  const notes = [
    'perSecond figures are lines a second; every figure of ours includes HTTP handling, validation, mapping, raw payload, completeness and trail',
    'raw: better-sqlite3 alone on ready rows, same table, indexes and payload, pages of 500 in one transaction',
    'Actual runs on our better-sqlite3 13 (npm override), because its own version 12 would have to be compiled',
    'compare: to find that nothing changed; rawReady on ready rows in memory, rawWhole from the text of the answer on, as a sync must',
  ];

  tell(`${small} lines …`);
  const atSmall = await measure(small, quick ? 3 : 5);
  tell(`${large} lines …`);
  const atLarge = await measure(large, quick ? 1 : 3);
  tell(`${large} lines in a process of their own …`);
  const own = await syncInOwnProcess(large);
  tell(`${peerLines} lines into Actual …`);
  const actual = await measureActual(peerLines);
  Object.assign(figures, perSecond('small', atSmall), perSecond('large', atLarge));
  figures.ofRawLarge = rounded(atLarge.rawFirst / atLarge.first);
  figures.resyncOfRawWhole = rounded(atLarge.rawWhole / atLarge.again);
  figures.resyncOfRawReady = rounded(atLarge.rawReady / atLarge.again);
  figures.peakMiB = rounded(own.peakMiB, 0);
  figures.eventLoopDelayP99Ms = rounded(own.delayP99, 1);
  figures.eventLoopDelayMaxMs = rounded(own.delayMax, 1);
  const times = 'failure' in actual ? null : rounded(1e6 / atSmall.first / actual.first, 1);
  if ('failure' in actual) notes.push(`@actual-app/api could not run here: ${actual.failure}`);
  else
    Object.assign(figures, {
      actualPerSecond: rounded(actual.first, 0),
      actualAgainPerSecond: rounded(actual.again, 0),
    });
  figures.timesActual = times;

  let growth = atLarge.first / atSmall.first;
  let rawGrowth = atLarge.rawFirst / atSmall.rawFirst;
  if (!quick) {
    tell('1000000 lines …');
    const atMillion = await measure(1_000_000, 1);
    Object.assign(figures, perSecond('million', atMillion));
    growth = atMillion.first / atSmall.first;
    rawGrowth = atMillion.rawFirst / atSmall.rawFirst;
  }
  figures.costGrowth = rounded(growth);
  figures.rawCostGrowth = rounded(rawGrowth);
  return {
    figures,
    goals: {
      ofRawLarge: goal(figures.ofRawLarge, { atLeast: 0.5 }),
      timesActual: goal(times, { atLeast: 20 }),
      resyncOfRawWhole: goal(figures.resyncOfRawWhole, { atLeast: 0.5 }),
      peakMiB: goal(figures.peakMiB, { atMost: 450 }),
      eventLoopDelayP99Ms: goal(figures.eventLoopDelayP99Ms, { atMost: 50 }),
      growthOverRawGrowth: goal(rounded(growth / rawGrowth), { atMost: 1 }),
    },
    notes,
  };
};

/** Microseconds a line, the middle of some rounds. */
async function measure(lines: number, rounds: number): Promise<Round> {
  const measured: Round[] = [];
  for (let round = 0; round < rounds; round++) {
    const raw = openRaw(lines);
    const rawFirst = raw.upsert();
    const { ready, whole } = raw.compare();
    raw.close();
    const ours = await openDaybook(lines);
    const first = await ours.sync();
    await ours.settle();
    const again = await ours.sync();
    await ours.close();
    measured.push({ rawFirst, rawReady: ready, rawWhole: whole, first: first.perLine, again: again.perLine });
  }
  const middle = (key: keyof Round) => median(measured.map((round) => round[key]));
  return {
    rawFirst: middle('rawFirst'),
    rawReady: middle('rawReady'),
    rawWhole: middle('rawWhole'),
    first: middle('first'),
    again: middle('again'),
  };
}

function perSecond(size: string, round: Round): Record<string, number> {
  const of = (micros: number) => Math.round(1e6 / micros);
  return {
    [`${size}RawPerSecond`]: of(round.rawFirst),
    [`${size}PerSecond`]: of(round.first),
    [`${size}RawComparePerSecond`]: of(round.rawReady),
    [`${size}RawWholeComparePerSecond`]: of(round.rawWhole),
    [`${size}AgainPerSecond`]: of(round.again),
  };
}
