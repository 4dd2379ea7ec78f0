/** What goes wrong between Daybook and the world, drawn from the seed. */
import type { Fault, FaultSwitches } from '../../practice/faults.ts';
import type { Dice } from './dice.ts';
import type { Switches } from './switches.ts';

export type Server = {
  readonly name: string;
  readonly faults: FaultSwitches;
  /** The requests by which a ledger is written to. */
  readonly writes?: { readonly method: string; readonly path: string };
  /** Where tokens are given that are good for one use. */
  readonly tokens?: string;
  /** A write that a proxy repeats is stored once, because lines have numbers. Elsewhere nobody could prevent a double. */
  readonly refusesRepeats?: boolean;
};

export function isWrite(request: Request, { method, path }: NonNullable<Server['writes']>): boolean {
  return request.method === method && new URL(request.url).pathname.startsWith(path);
}

/** Puts one or two faults over the servers. They strike a few of the next requests. */
export function drawWeather(dice: Dice, servers: readonly Server[], switches: Switches): string[] {
  const drawn = Array.from({ length: 1 + dice.int(2) }, () => {
    const server = dice.pick(servers);
    const { writes, tokens } = server;
    if (tokens !== undefined && dice.chance(0.1))
      return { server, fault: drawTokenFault(dice, tokens), of: 'of a token' };
    const fault =
      writes !== undefined && dice.chance(0.5) ? { ...drawWriteFault(dice), ...writes } : drawFault(dice, server);
    return { server, fault, of: fault.method === undefined ? '' : 'of a write' };
  });
  return drawn
    .filter(({ fault }) => switches.isOn(fault.kind))
    .map(({ server, fault, of }) => {
      server.faults.add(fault);
      return `${server.name}: ${fault.kind} ${of}`.trimEnd();
    });
}

/** A fault over the writes of each ledger. */
export function drawWriteWeather(dice: Dice, servers: readonly Server[], switches: Switches): string[] {
  return servers.flatMap(({ name, faults, writes }) => {
    if (writes === undefined) return [];
    const fault = { ...drawWriteFault(dice), ...writes };
    if (!switches.isOn(fault.kind)) return [];
    faults.add(fault);
    return [`${name}: ${fault.kind} of a write`];
  });
}

/** The old token is used up, and the new one does not arrive. */
function drawTokenFault(dice: Dice, path: string): Fault {
  return { kind: dice.pick(['drop_after', 'truncated', 'cut_short'] as const), path, times: 1 };
}

/** What befalls the few requests that store something: mostly that nobody knows whether they did. */
function drawWriteFault(dice: Dice): Fault {
  const strikes = { skip: dice.int(2), times: 1 + dice.int(2) };
  return dice.weighted<() => Fault>([
    [8, () => ({ kind: 'drop_after', ...strikes })],
    [3, () => ({ kind: 'truncated', ...strikes })],
    [3, () => ({ kind: 'drop_before', ...strikes })],
    [2, () => ({ kind: 'delay', delayMs: dice.int(400_000), ...strikes })],
    [2, () => ({ kind: 'garbled', ...strikes })],
    [1, () => ({ kind: 'gateway_error', ...strikes })],
  ])();
}

function drawFault(dice: Dice, { writes, refusesRepeats = writes === undefined }: Server): Fault {
  const strikes = { skip: dice.int(6), times: 1 + dice.int(3) };
  return dice.weighted<() => Fault>([
    [3, () => ({ kind: 'drop_before', ...strikes })],
    [5, () => ({ kind: 'drop_after', ...strikes })],
    [2, () => ({ kind: 'duplicate', ...(refusesRepeats ? {} : { method: 'GET' }), ...strikes })],
    [2, () => ({ kind: 'too_many_requests', ...strikes })],
    [2, () => ({ kind: 'too_many_requests', retryAfterSeconds: 1 + dice.int(90), ...strikes })],
    [2, () => ({ kind: 'server_error', ...strikes })],
    [2, () => ({ kind: 'unavailable', ...strikes })],
    [2, () => ({ kind: 'gateway_error', ...strikes })],
    [3, () => ({ kind: 'truncated', ...strikes })],
    [2, () => ({ kind: 'cut_short', ...strikes })],
    [2, () => ({ kind: 'garbled', ...strikes })],
    [3, () => ({ kind: 'delay', delayMs: dice.int(400_000), ...strikes })],
  ])();
}

export function clearWeather(servers: readonly Server[]): void {
  for (const { faults } of servers) faults.clear();
}
