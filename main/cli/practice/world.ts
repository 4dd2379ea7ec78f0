/** The practice company around an ordinary Daybook: its own servers in process, its own clock, the same engine. */

import { PRACTICE_CREDENTIALS } from '../../../practice/d365/index.ts';
import { D365_SECRET, type HarborSetup, harborSetup, PLAID_SECRET } from '../../../practice/harbor/setup.ts';
import { createPracticeWorld, type PracticeWorld } from '../../../practice/world.ts';
import type { CalendarDate } from '../../core/calendar.ts';
import type { Clock } from '../../core/clock.ts';
import { DaybookError } from '../../core/errors.ts';
import type { Fetch } from '../../core/ports.ts';

/** Nothing listens there: the practice fetch answers for these addresses before any socket is opened. */
const PLAID_ORIGIN = 'http://127.0.0.1:8460';
const D365_ORIGIN = 'http://127.0.0.1:8461';

export type PracticeHost = {
  readonly world: PracticeWorld;
  /** The network of a practice Daybook: it reaches the practice servers and nothing else. */
  readonly fetch: Fetch;
  /** What an accountant's IT person would write; banks are linked afterwards. */
  readonly setup: HarborSetup;
  /** The secrets that the setup document names. */
  readonly env: Readonly<Record<string, string>>;
};

export function createPracticeHost(options: {
  readonly seed: number | string;
  readonly firstDay: CalendarDate;
  readonly clock: Clock;
  readonly historyDays?: number;
  /** How long after linking a bank's whole history is there; a minute unless told. */
  readonly historyAfterMs?: number;
  /** Where the banks' sign-in page can be opened in a browser; nowhere unless told. */
  readonly plaidOrigin?: string;
}): PracticeHost {
  const { plaidOrigin = PLAID_ORIGIN } = options;
  const world = createPracticeWorld(options);
  const { tenant, clientId, secret } = PRACTICE_CREDENTIALS;
  const handlers: ReadonlyMap<string, Fetch> = new Map([
    [plaidOrigin, world.plaid.fetch],
    [D365_ORIGIN, world.d365.fetch],
  ]);
  return {
    world,
    fetch: (request) => {
      const { origin, host } = new URL(request.url);
      const handler = handlers.get(origin);
      if (handler) return handler(request);
      throw new DaybookError('foreign_host', `The practice company has no connection to ${host}.`);
    },
    setup: harborSetup({
      firstDay: options.firstDay,
      plaid: { endpoint: plaidOrigin, clientId: world.plaid.control.clientId },
      d365: {
        endpoint: D365_ORIGIN,
        tokenEndpoint: `${D365_ORIGIN}/${tenant}/oauth2/v2.0/token`,
        tenant,
        clientId,
      },
    }),
    env: { [PLAID_SECRET]: world.plaid.control.secret, [D365_SECRET]: secret },
  };
}
