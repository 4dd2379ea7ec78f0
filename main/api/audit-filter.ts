import { z } from 'zod';
import type { AuditFilter } from '../audit/search.ts';
import type { AuditEvent } from '../audit/trail.ts';
import { addDays } from '../core/calendar.ts';
import { dayBegins } from '../schedule/slots.ts';
import type { auditFilter } from './calls/reconcile.ts';
import { eventSentence } from './sentences.ts';

/** The contract's filter as the trail's: days are the workspace's days. */
export function auditWindow(filter: z.output<typeof auditFilter>, timeZone: string): AuditFilter {
  const { search, actor, action, subject, from, to } = filter;
  return {
    ...(search === undefined ? {} : { search }),
    ...(actor === undefined ? {} : { actor }),
    ...(action === undefined ? {} : { action }),
    ...(subject === undefined ? {} : { subject }),
    ...(from === undefined ? {} : { from: dayBegins(from, timeZone) }),
    ...(to === undefined ? {} : { before: dayBegins(addDays(to, 1), timeZone) }),
  };
}

export function auditEvents(events: readonly AuditEvent[]) {
  return events.map(({ seq, at, actor, action, subject, data_json, hash }) => ({
    ...{ seq: Number(seq), at, actor, action, subject, hash },
    sentence: eventSentence({ action, data_json }),
    data: dataOf(data_json),
  }));
}

/** Data that somebody made unreadable is shown as the text that it is; the check of the trail names it. */
function dataOf(json: string) {
  try {
    return z.json().parse(JSON.parse(json));
  } catch {
    return json;
  }
}
