import { z } from 'zod';
import { type Clock, instantNow } from '../main/core/clock.ts';
import type { Fetch } from '../main/core/ports.ts';

/** A real clock that can be put forward, so that a practice day need not be waited for. */
export type MovableClock = Clock & { advance(ms: number): void };

/** @param moved told after each step forward, when the banks may have something new to tell */
export function movableClock(clock: Clock, moved: () => void = () => {}): MovableClock {
  let ahead = 0;
  return {
    ...clock,
    now: () => clock.now() + ahead,
    advance: (ms) => {
      ahead += ms;
      moved();
    },
  };
}

const step = z.strictObject({ days: z.number().min(0).optional(), hours: z.number().min(0).optional() });

/** Adds `GET /practice/clock`, and `POST /practice/clock {"days": 1}` to put it forward (`hours` as well). */
export function withClockControl(handler: Fetch, clock: MovableClock): Fetch {
  return async (request) => {
    if (new URL(request.url).pathname !== '/practice/clock') return handler(request);
    if (request.method === 'POST') {
      const parsed = step.safeParse(await request.json().catch(() => undefined));
      if (!parsed.success) return Response.json({ error: z.prettifyError(parsed.error) }, { status: 400 });
      const { days = 0, hours = 0 } = parsed.data;
      clock.advance((days * 24 + hours) * 3_600_000);
    }
    return Response.json({ now: instantNow(clock) });
  };
}
