/** How many calls are allowed per minute and day, how many errors per hour, and the headers that tell it. */
import type { Caller } from './resource.ts';
import type { SiteSettings } from './site.ts';

export type Limits = {
  /** The refusal of this call, or the headers that its answer bears. Counts the call when it is let in. */
  admit(caller: Caller, endpoint: string): { readonly refused: boolean; readonly headers: ReadonlyMap<string, string> };
  /** Counts an answer that was an error. */
  noteError(caller: Caller, endpoint: string): void;
};

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;

export function createLimits(now: () => number, settings: SiteSettings): Limits {
  const windows = new Map<string, { readonly ends: number; count: number }>();
  const errors = new Map<string, number[]>();
  const shut = new Map<string, number>();

  const window = (key: string, length: number) => {
    const known = windows.get(`${key}|${length}`);
    if (known !== undefined && known.ends > now()) return known;
    // Clock minutes and UTC days, not sliding ones.
    const fresh = { ends: (Math.floor(now() / length) + 1) * length, count: 0 };
    windows.set(`${key}|${length}`, fresh);
    return fresh;
  };
  const headersOf = (infix: string, limit: number, { ends, count }: { ends: number; count: number }) => [
    [`x-ratelimit-${infix}limit`, String(limit)] as const,
    [`x-ratelimit-${infix}remaining`, String(Math.max(0, limit - count))] as const,
    [`x-ratelimit-${infix}reset`, String(ends)] as const,
  ];
  const endpointKey = ({ clientId, user, division }: Caller, endpoint: string) =>
    `${clientId}|${user.id}|${division.code}|${endpoint}`;

  return {
    admit: (caller, endpoint) => {
      if ((shut.get(endpointKey(caller, endpoint)) ?? 0) > now()) return { refused: true, headers: new Map() };
      const key = `${caller.clientId}|${caller.division.code}`;
      const [minute, day] = [window(key, MINUTE_MS), window(key, DAY_MS)];
      const { minuteLimit, dayLimit } = settings;
      if (minuteLimit !== null && minute.count >= minuteLimit)
        // Only the minute's own headers come with this one.
        return { refused: true, headers: new Map(headersOf('minutely-', minuteLimit, minute)) };
      if (dayLimit !== null && day.count >= dayLimit)
        return { refused: true, headers: new Map(headersOf('', dayLimit, day)) };
      minute.count += 1;
      day.count += 1;
      return {
        refused: false,
        headers: new Map([
          ...(dayLimit === null ? [] : headersOf('', dayLimit, day)),
          ...(minuteLimit === null ? [] : headersOf('minutely-', minuteLimit, minute)),
        ]),
      };
    },
    noteError: (caller, endpoint) => {
      const key = endpointKey(caller, endpoint);
      const recent = [...(errors.get(key) ?? []).filter((at) => at > now() - HOUR_MS), now()];
      errors.set(key, recent);
      if (settings.errorLimit !== null && recent.length >= settings.errorLimit) shut.set(key, now() + HOUR_MS);
    },
  };
}
