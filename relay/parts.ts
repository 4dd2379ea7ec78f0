import type { Clock } from '../main/core/clock.ts';
import type { Log } from '../main/core/ports.ts';
import type { Random } from '../main/core/random.ts';
import type { RelayConfig } from './config.ts';
import type { Metrics } from './metrics.ts';
import type { RelayStore } from './store.ts';

/** What every part of the relay stands on. */
export type RelayParts = {
  readonly config: RelayConfig;
  readonly store: RelayStore;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly metrics: Metrics;
};
