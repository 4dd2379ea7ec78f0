/**
 * The relay beside a bare Node HTTP server that only reads the body: notices a second that are sealed and on disk; the time
 * of an answer at 500 a second; the memory of desktops that are connected and have nothing to do.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { relayProcess } from '../../test/support/relay-process.ts';
import { type Bench, goal, median, rounded } from '../support/report.ts';
import { connectAll, enrolDesktops } from './idle-desktops.ts';
import { type Load, load } from './load.ts';

const CHANNELS_UNDER_LOAD = 20;
const RATE = 500;
const MIB = 2 ** 20;

export const bench: Bench = async ({ quick, tell }) => {
  const rounds = quick ? 3 : 5;
  const seconds = quick ? 2 : 8;
  const idle = quick ? 1_000 : 10_000;
  const folder = mkdtempSync(join(tmpdir(), 'daybook-bench-relay-'));
  const file = join(folder, 'relay.db');
  const loadBefore = rounded(loadavg()[0] ?? 0, 1);
  const desktops = await enrolDesktops(file, idle, Date.now());
  const bare = spawn(process.execPath, [join(import.meta.dirname, 'bare-child.ts')], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const relay = await relayProcess({
    RELAY_SQLITE_FILE: file,
    RELAY_HELD_MESSAGES: '100000000',
    RELAY_HELD_BYTES: '100000000000',
    RELAY_HOOKS_PER_SECOND: '1000000',
    RELAY_HOOKS_BURST: '1000000',
    RELAY_LOG_LEVEL: 'info',
  });
  try {
    const [told] = await once(bare.stdout, 'data');
    const bareUrl = `http://127.0.0.1:${String(told).trim()}`;
    const paths = desktops.channels.slice(0, CHANNELS_UNDER_LOAD).map((id) => `/hooks/${id}/plaid`);
    const memory = async () => {
      const text = await (await fetch(`${relay.adminUrl}/metrics`)).text();
      return Number(/^process_resident_memory_bytes (\d+)/m.exec(text)?.[1]) / MIB;
    };

    const idleBefore = await memory();
    const streams = await connectAll(Number(new URL(relay.url).port), desktops);
    const idleMemory = await memory();
    tell(`${idle} desktops connected: ${rounded(idleMemory)} MiB`);
    streams.end();

    await load(bareUrl, paths, 1);
    await load(relay.url, paths, 1);
    const ratios: number[] = [];
    const bareRates: number[] = [];
    const relayRates: number[] = [];
    const cpuRatios: number[] = [];
    const relayCpu: number[] = [];
    let refused = 0;
    for (let round = 0; round < rounds; round += 1) {
      const bareLoad = await measured(bare.pid ?? 0, () => load(bareUrl, paths, seconds));
      const relayLoad = await measured(relay.pid, () => load(relay.url, paths, seconds));
      bareRates.push(bareLoad.perSecond);
      relayRates.push(relayLoad.perSecond);
      ratios.push(relayLoad.perSecond / bareLoad.perSecond);
      cpuRatios.push(bareLoad.cpuMicros / relayLoad.cpuMicros);
      relayCpu.push(relayLoad.cpuMicros);
      refused += relayLoad.refused;
      tell(
        `round ${round + 1}: bare ${rounded(bareLoad.perSecond, 0)}/s at ${rounded(bareLoad.cpuMicros, 0)} µs of processor each, relay ${rounded(relayLoad.perSecond, 0)}/s at ${rounded(relayLoad.cpuMicros, 0)} µs`,
      );
    }
    const steady = await load(relay.url, paths, quick ? 5 : 20, RATE);
    const bareSteady = await load(bareUrl, paths, quick ? 3 : 10, RATE);
    return {
      figures: {
        'accepted a second, bare server': rounded(median(bareRates), 0),
        'accepted a second, relay': rounded(median(relayRates), 0),
        'relay / bare': rounded(median(ratios)),
        'processor time of a notice, relay, µs': rounded(median(relayCpu), 0),
        'processor time, bare / relay': rounded(median(cpuRatios)),
        [`p99 at ${RATE}/s, bare server, ms`]: bareSteady.p99Ms,
        [`p99 at ${RATE}/s, relay, ms`]: steady.p99Ms,
        'accepted a second when asked for 500': rounded(steady.perSecond, 0),
        'refused or failed': refused + steady.refused,
        'idle desktops': idle,
        'memory before, MiB': rounded(idleBefore, 0),
        'memory with idle desktops, MiB': rounded(idleMemory, 0),
      },
      goals: {
        'relay / bare': goal(rounded(median(ratios)), { atLeast: 0.4 }),
        [`p99 at ${RATE}/s, ms`]: goal(steady.p99Ms, { atMost: 50 }),
        [`memory with ${idle} idle desktops, MiB`]: goal(rounded(idleMemory, 0), { atMost: 1_024 }),
        'refused or failed': goal(refused + steady.refused, { atMost: 0 }),
      },
      notes: [
        `Relay: SQLite with a full sync per grouped commit, ${CHANNELS_UNDER_LOAD} channels, 100 connections of autocannon on the same machine; each answer means sealed and on disk.`,
        `Load of the machine before: ${loadBefore}.`,
        ...(quick ? ['Quick: a tenth of the desktops, short rounds.'] : []),
      ],
    };
  } finally {
    bare.kill();
    await relay.stop();
    rmSync(folder, { recursive: true, force: true });
  }
};

/** With the processor time of the server for each answer: a figure that others on the machine hardly disturb. */
async function measured(pid: number, work: () => Promise<Load>): Promise<Load & { readonly cpuMicros: number }> {
  const before = cpuSeconds(pid);
  const result = await work();
  return { ...result, cpuMicros: ((cpuSeconds(pid) - before) / result.accepted) * 1e6 };
}

/** User and system time of a process; Linux counts it in hundredths of a second. */
function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}
