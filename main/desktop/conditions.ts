import { net, powerMonitor } from 'electron';
import type { Clock } from '../core/clock.ts';
import type { Conditions } from '../schedule/look.ts';
import { askSystem, isMetered } from './metered.ts';

/** Asking for the price of the network starts a program. */
const KEEP_MS = 60_000;

/** What this computer says of its battery and its network. */
export function computerConditions(platform: NodeJS.Platform, clock: Clock): () => Promise<Conditions> {
  let asked = Number.NEGATIVE_INFINITY;
  let metered: Promise<boolean | null> = Promise.resolve(null);
  return async () => {
    const now = clock.now();
    if (now - asked >= KEEP_MS || now < asked) {
      asked = now;
      metered = isMetered(platform, askSystem);
    }
    return { onBattery: powerMonitor.isOnBatteryPower(), metered: await metered, online: net.isOnline() };
  };
}
