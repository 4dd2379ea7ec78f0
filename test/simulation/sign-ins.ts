/** Sign-ins whose tokens change hands: when they may be gone, and the person who signs in again. */
import { signIn } from '../../main/cli/practice/connect.ts';
import { DaybookError } from '../../main/core/errors.ts';
import type { Fetch } from '../../main/core/ports.ts';
import type { Causes } from './causes.ts';
import type { SimulatedCompany } from './company.ts';
import type { Process } from './computer.ts';
import type { Life } from './life.ts';

/** Where Exact Online gives out tokens. */
export const TOKEN_PATH = '/api/oauth2/token';

/**
 * Notes when new tokens may have been lost: their answer did not arrive whole, or the process died before it used them.
 * From the first request with them on they must be on disk.
 */
export function watchTokens(fetch: Fetch, life: Life, causes: Causes): Fetch {
  /** Hosts that gave tokens which nobody has used yet. */
  const unused = new Set<string>();
  void life.death.then(() => {
    if (unused.size > 0) causes.add({ kind: 'sign_in_lost' });
  });
  return async (request) => {
    const { host, pathname } = new URL(request.url);
    if (pathname !== TOKEN_PATH) {
      unused.delete(host);
      return fetch(request);
    }
    unused.add(host);
    const lost = (thrown: unknown): never => {
      causes.add({ kind: 'sign_in_lost' });
      throw thrown;
    };
    const answer = await fetch(request).catch(lost);
    if (answer.ok)
      await answer
        .clone()
        .json()
        .catch(() => causes.add({ kind: 'sign_in_lost' }));
    else unused.delete(host);
    return answer;
  };
}

/** Signs in wherever a sign-in has ended. @returns those that ended without a reason */
export async function signInAgain(company: SimulatedCompany, process: Process, causes: Causes): Promise<string[]> {
  const withoutReason: string[] = [];
  const { daybook } = process;
  for (const connection of await daybook.feeds.listConnections()) {
    const ledger = company.host.world.ledgers.find((one) => one.connection === connection.name);
    const state = ledger?.signIn ? await daybook.feeds.signIn(connection.id) : null;
    if (ledger === undefined || state === null || state.ended === null) continue;
    if (!causes.has('sign_in_lost') && !causes.has('copied')) withoutReason.push(connection.name);
    try {
      await Promise.race([signIn(daybook, ledger), process.life.death]);
    } catch (thrown) {
      // The weather is bad; she tries again later.
      if (!(thrown instanceof DaybookError)) throw thrown;
    }
  }
  return withoutReason;
}
