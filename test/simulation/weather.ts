/** What goes wrong between Daybook and the world, drawn from the seed. */
import type { Fault, FaultSwitches } from '../../practice/faults.ts';
import type { Dice } from './dice.ts';

export type Server = { readonly name: string; readonly faults: FaultSwitches };

/** Puts one or two faults over the servers. They strike a few of the next requests. */
export function drawWeather(dice: Dice, servers: readonly Server[]): string[] {
  return Array.from({ length: 1 + dice.int(2) }, () => {
    const server = dice.pick(servers);
    const fault = drawFault(dice);
    server.faults.add(fault);
    return `${server.name}: ${fault.kind}`;
  });
}

function drawFault(dice: Dice): Fault {
  const strikes = { skip: dice.int(6), times: 1 + dice.int(3) };
  return dice.weighted<() => Fault>([
    [3, () => ({ kind: 'drop_before', ...strikes })],
    [5, () => ({ kind: 'drop_after', ...strikes })],
    [2, () => ({ kind: 'duplicate', ...strikes })],
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
