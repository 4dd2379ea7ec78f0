import { z } from 'zod';
import { can } from '../connectors/capabilities.ts';
import { instantOf } from '../core/calendar.ts';
import { instantNow } from '../core/clock.ts';
import { asDaybookError, DaybookError } from '../core/errors.ts';
import { readSetting, type Setting, writeSetting } from '../store/settings.ts';
import { takeIn } from './inbox.ts';
import type { WebhookParts } from './parts.ts';

/** Providers keep their lists for a week; an hour less, so that a clock that is behind asks nothing too old. */
const REACHES_BACK_MS = 7 * 86_400_000 - 3_600_000;
const MOST_PAGES = 100;

export type ListState = {
  readonly cursor: string | null;
  readonly readAt: string | null;
  readonly sentence: string | null;
};

function listSetting(connectionId: string): Setting<ListState> {
  return {
    name: `notice_list:${connectionId}`,
    schema: z.object({ cursor: z.string().nullable(), readAt: z.string().nullable(), sentence: z.string().nullable() }),
    fallback: { cursor: null, readAt: null, sentence: null },
  };
}

/**
 * Reads the lists of sent notices on from where each was left. The cursor is kept with what it brought, in one
 * transaction. A list that the account does not offer is told, and asked again the next time.
 * @returns how many notices were new
 */
export async function readSentLists(parts: WebhookParts, stop: AbortSignal): Promise<number> {
  const { store, ports, onNotice } = parts;
  const { clock } = ports;
  let taken = 0;
  for (const { id, kind } of await connectionsOf(parts)) {
    try {
      const connector = await parts.connector(id);
      if (!can(connector, 'listNotices')) continue;
      for (let page = 0, more = true; more; page++) {
        if (page >= MOST_PAGES)
          throw new DaybookError('answer_unexpected', 'The list of sent notices does not end. It is read on later.');
        const { cursor } = await readSetting(store.read, listSetting(id));
        const since = instantOf(clock.now() - REACHES_BACK_MS);
        const { notices, nextCursor, hasMore } = await connector.listNotices(cursor, since, stop);
        await store.write(async (trx) => {
          for (const { sentAt, verdict } of notices) {
            const notice = { provider: kind, connectionId: id, source: 'list' as const, receivedAt: sentAt, verdict };
            if (await takeIn(trx, { clock, onNotice }, notice)) taken += 1;
          }
          const state = { cursor: nextCursor, readAt: instantNow(clock), sentence: null };
          await writeSetting(trx, clock, listSetting(id), state);
        });
        more = hasMore && nextCursor !== cursor;
      }
    } catch (thrown) {
      const error = asDaybookError(thrown);
      if (error.code === 'cancelled' || error.code === 'internal') throw thrown;
      const { cursor } = await readSetting(store.read, listSetting(id));
      const state = { cursor, readAt: instantNow(clock), sentence: error.message };
      await store.write((trx) => writeSetting(trx, clock, listSetting(id), state));
    }
  }
  return taken;
}

export async function listStates(parts: WebhookParts) {
  const states = [];
  for (const { id, name } of await connectionsOf(parts)) {
    const { readAt, sentence } = await readSetting(parts.store.read, listSetting(id));
    if (readAt !== null) states.push({ connectionId: id, connection: name, readAt, sentence });
  }
  return states;
}

async function connectionsOf({ store }: WebhookParts) {
  return store.read.selectFrom('connection').select(['id', 'kind', 'name']).where('state', '<>', 'removed').execute();
}
