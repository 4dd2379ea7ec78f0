import type { ConnectorContext } from '../../main/connectors/context.ts';
import { createAuth } from '../../main/connectors/exact/auth.ts';
import { createClient } from '../../main/connectors/exact/client.ts';
import { readSettings } from '../../main/connectors/exact/config.ts';
import { connector } from '../../main/connectors/exact/index.ts';
import { createTables } from '../../main/connectors/exact/tables.ts';
import { virtualClock } from '../../main/core/clock.ts';
import { createHttp } from '../../main/core/http.ts';
import { type Fetch, silentLog } from '../../main/core/ports.ts';
import { seededRandom } from '../../main/core/random.ts';
import { createPracticeExact, type PracticeExactOptions } from '../../practice/exact/index.ts';
import { smallSeed } from '../../practice/exact/seed-small.ts';
import { memoryPorts } from './connector-ports.ts';

/** The real connector against a practice site in process, signed in as its first user, with every limit of the site. */
export async function openPracticeExact(
  options: Partial<PracticeExactOptions> & {
    readonly divisions?: readonly number[];
    /** Stands between the connector and the site, e.g. to record. */
    readonly wrap?: (handler: Fetch) => Fetch;
  } = {},
) {
  const { divisions = [], wrap = (handler) => handler, ...practiceOptions } = options;
  const clock = virtualClock(Date.parse('2026-03-10T08:00:00Z'));
  const practice = createPracticeExact({
    site: 'nl',
    ledger: smallSeed(),
    clock,
    random: seededRandom('exact'),
    ...practiceOptions,
  });
  const { control } = practice;
  const fetch = wrap(practice.fetch);
  /** `METHOD path` of every request under `/api/v1/`, in order. */
  const calls: string[] = [];
  /** Those among them that the site did not admit. */
  const refused: string[] = [];
  const watched: Fetch = async (request) => {
    const { pathname } = new URL(request.url);
    const call = `${request.method} ${pathname.slice('/api/v1/'.length)}`;
    if (pathname.startsWith('/api/v1/')) calls.push(call);
    const answer = await fetch(request);
    if (answer.status === 429) refused.push(call);
    return answer;
  };
  const { clientId, clientSecret, webhookSecret, redirectUri } = control.application;
  const secrets: Readonly<Record<string, string>> = { clientSecret, webhookSecret };
  const ports = memoryPorts();
  const random = seededRandom('daybook');
  const context: ConnectorContext = {
    environment: 'production',
    secret: (name) => secrets[name] ?? '',
    ...{ fetch: watched, clock, random, log: silentLog, ...ports },
  };
  const config = { site: practiceOptions.site ?? 'nl', clientId, redirectUri, divisions };
  const opened = connector.open(config, context);
  const landed = control.consent(opened.signInUrl('state'));
  await opened.finishSignIn(new URL(landed).searchParams.get('code') ?? '', undefined);

  // What the connector is made of, for what it does not show itself.
  const settings = readSettings(config, 'production');
  const auth = createAuth(settings, context);
  const client = createClient({
    ...{ origin: settings.base, auth, http: createHttp(context), clock, random, keep: ports.keep },
  });
  calls.length = 0;
  return {
    ...{ connector: opened, control, clock, calls, refused, keep: ports.keep, client },
    tables: () => createTables(client, ports.keep, clock),
  };
}
