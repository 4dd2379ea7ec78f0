/**
 * The one API of Daybook: every call and event, for all hosts. Electron's preload, the browser host and the command
 * line speak exactly this. Adding a call touches this map (in `calls/`) and its handler (in `handlers/`), nothing else.
 *
 * Conventions on the wire: everything is JSON; amounts are `{amount, currency}` with exact decimal text; ids are texts;
 * days are `YYYY-MM-DD`, moments ISO 8601 in UTC.
 */
import { z } from 'zod';
import type { SerialError } from '../core/errors.ts';
import { connectionCalls } from './calls/connections.ts';
import { event, TOPICS } from './calls/define.ts';
import { exportCalls } from './calls/exports.ts';
import { hostCalls } from './calls/host.ts';
import { mappingCalls } from './calls/mappings.ts';
import { matchCalls } from './calls/matches.ts';
import { periodCalls } from './calls/periods.ts';
import { activityCalls, postingCalls } from './calls/posting.ts';
import { questionCalls } from './calls/questions.ts';
import { auditCalls, reconcileCalls } from './calls/reconcile.ts';
import { removeConnectionCalls } from './calls/remove-connection.ts';
import { reviewCalls } from './calls/review.ts';
import { ruleCalls } from './calls/rules.ts';
import { scheduleCalls } from './calls/schedule.ts';
import { settingsCalls } from './calls/settings.ts';
import { signInCalls } from './calls/sign-in.ts';
import { statementFileCalls } from './calls/statement-files.ts';
import { todayCalls } from './calls/today.ts';
import { webhookCalls } from './calls/webhooks.ts';
import { workspaceCalls } from './calls/workspace.ts';

export type { ErrorCode, RepairAction, SerialError } from '../core/errors.ts';
export type { Topic } from './calls/define.ts';

export const calls = {
  ...workspaceCalls,
  ...todayCalls,
  ...connectionCalls,
  ...signInCalls,
  ...removeConnectionCalls,
  ...mappingCalls,
  ...ruleCalls,
  ...reviewCalls,
  ...postingCalls,
  ...activityCalls,
  ...questionCalls,
  ...reconcileCalls,
  ...periodCalls,
  ...matchCalls,
  ...auditCalls,
  ...exportCalls,
  ...settingsCalls,
  ...scheduleCalls,
  ...webhookCalls,
  ...statementFileCalls,
  ...hostCalls,
};

export const events = {
  'work.progress': event({
    about: 'How far a long call is. `total` is null while nobody knows.',
    data: z.object({
      callId: z.string(),
      name: z.string(),
      done: z.number(),
      total: z.number().nullable(),
      sentence: z.string(),
    }),
  }),
  changed: event({
    about: 'Something was written: screens that show these topics read anew.',
    data: z.object({ topics: z.array(z.enum(TOPICS)) }),
  }),
  'menu.command': event({
    about: 'A person chose a command of the desktop menu; its name stands in the renderer’s table of keys.',
    data: z.object({ command: z.string() }),
  }),
  'host.unlocked': event({ about: 'The passphrase was given: screens read anew.', data: z.object({}) }),
  'host.workspace': event({
    about:
      'The host shows another workspace from now on (the practice company, or the own one again): screens begin anew.',
    data: z.object({}),
  }),
};

export type CallName = keyof typeof calls;
export type CallInput<N extends CallName> = z.input<(typeof calls)[N]['input']>;
export type CallOutput<N extends CallName> = z.output<(typeof calls)[N]['output']>;
export type EventName = keyof typeof events;
export type EventData<N extends EventName> = z.output<(typeof events)[N]['data']>;

/** What a client sends. `callId` is the client's own, unique among its calls; `work.cancel` names it. */
export const envelope = z.strictObject({
  name: z.string().max(100),
  input: z.unknown().optional(),
  callId: z.string().min(1).max(100),
});
export type Envelope = { readonly name: string; readonly input?: unknown; readonly callId: string };

/** What a client gets: the value, or an error with the sentence to show and the repair to offer. */
export type WireResult<T = unknown> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: SerialError };
