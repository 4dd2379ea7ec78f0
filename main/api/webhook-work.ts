import type { Clock } from '../core/clock.ts';
import { asDaybookError } from '../core/errors.ts';
import type { Log } from '../core/ports.ts';
import type { Api } from './executor.ts';
import { SCHEDULE_ACTOR } from './scheduled-work.ts';

/** Pause before listening again, after an end that nobody wanted. */
const AGAIN_MS = 5_000;

/**
 * Listens to the relay while a host is open. A restore ends the call and closes the workspace; the next one waits until
 * it is open again.
 */
export function startWebhookWork(
  api: Api,
  { clock, log }: { readonly clock: Clock; readonly log: Log },
): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const occasion = { trigger: 'webhook' as const, reason: null, dueAt: null, missed: 0, waited: [] };
  let counter = 0;
  let callId = '';
  const loop = async () => {
    while (!stopping.signal.aborted) {
      counter += 1;
      callId = `webhooks-${counter}`;
      try {
        await api.run('webhooks.listen', {}, callId, { actor: SCHEDULE_ACTOR, occasion });
      } catch (thrown) {
        const error = asDaybookError(thrown);
        if (error.code === 'internal') log.error({ err: thrown }, 'listening to the relay failed');
        else log.warn({ error: error.toJSON() }, 'listening to the relay ended');
      }
      await clock.sleep(AGAIN_MS, stopping.signal).catch(() => {});
    }
  };
  const ended = loop();
  return {
    stop: async () => {
      stopping.abort();
      // A workspace that could not be opened again after a restore answers no call, and listens to nothing.
      await api.run('work.cancel', { callId }).catch(() => {});
      await ended;
    },
  };
}
