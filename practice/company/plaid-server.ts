import { seededRandom } from '../../main/core/random.ts';
import { createPracticePlaid, type PracticePlaid } from '../plaid/index.ts';
import type { CompanyBanks } from './banks.ts';
import type { PracticeServer, WorldOptions } from './world.ts';

/** The practice Plaid of any company. */
export function plaidOf(company: CompanyBanks, options: WorldOptions): PracticePlaid {
  const { seed, clock, historyAfterMs, notify, webhookClock, retryAfterMs } = options;
  const arrival = historyAfterMs === undefined ? {} : { initialAfterMs: historyAfterMs, historyAfterMs };
  const ways = {
    ...(notify === undefined ? {} : { notify }),
    ...(webhookClock === undefined ? {} : { webhookClock }),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  };
  return createPracticePlaid({ company, clock, random: seededRandom(`${seed}:plaid`), ...arrival, ...ways });
}

export function plaidServer({ fetch, control }: PracticePlaid): PracticeServer {
  return {
    key: 'plaid',
    fetch,
    faults: control.faults,
    isPage: (pathname) => pathname.startsWith('/practice/link/'),
    about: (url) => ({ endpoint: url, clientId: control.clientId }),
  };
}
