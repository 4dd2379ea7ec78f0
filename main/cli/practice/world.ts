/** A practice company around an ordinary Daybook: its own servers in process, its own clock, the same engine. */
import type { PracticeWorld } from '../../../practice/company/world.ts';
import { DaybookError } from '../../core/errors.ts';
import type { Fetch } from '../../core/ports.ts';

/** Nothing listens there: the practice fetch answers for these addresses before any socket is opened. */
const FIRST_PORT = 8460;

export type PracticeHost<World extends PracticeWorld = PracticeWorld> = {
  readonly world: World;
  /** The network of a practice Daybook: it reaches the practice servers and nothing else. */
  readonly fetch: Fetch;
  /** What an accountant's IT person would write; banks are linked afterwards. */
  readonly setup: ReturnType<World['setup']>;
  /** The secrets that the setup document names. */
  readonly env: Readonly<Record<string, string>>;
};

/** @param served where the pages of a server can be opened in a browser, by server; nowhere unless told */
export function createPracticeHost<World extends PracticeWorld>(
  world: World,
  served?: Readonly<Record<string, string>>,
): PracticeHost<World>;
export function createPracticeHost(world: PracticeWorld, served: Readonly<Record<string, string>> = {}): PracticeHost {
  const addresses = Object.fromEntries(
    world.servers.map(({ key }, index) => [key, served[key] ?? `http://127.0.0.1:${FIRST_PORT + index}`]),
  );
  const handlers = new Map(world.servers.map(({ key, fetch }) => [addresses[key], fetch]));
  return {
    world,
    fetch: (request) => {
      const { origin, host } = new URL(request.url);
      const handler = handlers.get(origin);
      if (handler) return handler(request);
      throw new DaybookError('foreign_host', `The practice company has no connection to ${host}.`);
    },
    setup: world.setup(addresses),
    env: world.env,
  };
}
