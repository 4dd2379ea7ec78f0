import { timingSafeEqual } from 'node:crypto';
import type { Random } from '../core/random.ts';

/** One browser that was let in. The page token is never in a cookie, and the cookie never in a page. */
export type Session = { readonly cookie: string; readonly pageToken: string };

export type Sessions = {
  /** A new launch token, good for one exchange. Only the newest three are good. */
  newLaunch(): string;
  /** Lets a browser in; null when the token is unknown or used up. */
  exchange(launchToken: string): Session | null;
  /** The session that a request proves: by cookie and page token together. */
  find(cookie: string | undefined, pageToken: string | undefined): Session | null;
};

const OPEN_LAUNCHES = 3;
/** Browsers at once; the oldest gives way. */
const OPEN_SESSIONS = 20;
const TOKEN_BYTES = 32;

/** Who may use the browser host, in memory only: a new start lets nobody in. */
export function createSessions(random: Random): Sessions {
  const launches: string[] = [];
  const sessions: Session[] = [];
  const token = () => Buffer.from(random.bytes(TOKEN_BYTES)).toString('base64url');
  return {
    newLaunch: () => {
      const launch = token();
      launches.push(launch);
      if (launches.length > OPEN_LAUNCHES) launches.shift();
      return launch;
    },
    exchange: (launchToken) => {
      const at = launches.findIndex((launch) => same(launch, launchToken));
      if (at < 0) return null;
      launches.splice(at, 1);
      const session = { cookie: token(), pageToken: token() };
      sessions.push(session);
      if (sessions.length > OPEN_SESSIONS) sessions.shift();
      return session;
    },
    find: (cookie, pageToken) => {
      if (cookie === undefined || pageToken === undefined) return null;
      return sessions.find((session) => same(session.cookie, cookie) && same(session.pageToken, pageToken)) ?? null;
    },
  };
}

function same(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}
