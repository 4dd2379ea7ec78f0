import { refreshLedgerReference } from '../../coding/refresh-reference.ts';
import { DaybookError } from '../../core/errors.ts';
import { followPostings } from '../../posting/follow.ts';
import { performRun } from '../../schedule/perform.ts';
import type { Pulled, ReadsAnew } from '../../webhooks/index.ts';
import type { webhookCalls } from '../calls/webhooks.ts';
import type { HandlersOf, Work } from '../handler.ts';
import { SCHEDULE_ACTOR } from '../scheduled-work.ts';
import { referenceContext } from './mappings.ts';

export const webhookHandlers: HandlersOf<typeof webhookCalls> = {
  'webhooks.status': async (_, { daybook }) => statusOf(daybook),
  'webhooks.configure': async ({ relayUrl, readLists, enrolment }, { daybook, actor, stop }) => {
    const change = {
      ...(relayUrl === undefined ? {} : { relayUrl }),
      ...(readLists === undefined ? {} : { readLists }),
      ...(enrolment === undefined ? {} : { enrolment }),
    };
    await daybook.webhooks.configure(change, actor, stop);
    return statusOf(daybook);
  },
  'webhooks.rotateKeys': async (_, { daybook, actor, stop }) => {
    await daybook.webhooks.rotateKeys(actor, stop);
    return statusOf(daybook);
  },
  'webhooks.renewChannel': async (_, { daybook, actor, stop }) => {
    await daybook.webhooks.renewChannel(actor, stop);
    return statusOf(daybook);
  },
  'webhooks.setAddresses': async (_, { daybook, stop }) => ({ changed: await daybook.webhooks.setAddresses(stop) }),
  'webhooks.showAddress': async ({ connectionId }, { daybook, actor, stop }) => ({
    address: await daybook.webhooks.showAddress(connectionId, actor, stop),
  }),
  'webhooks.listen': async (_, work) => {
    if (work.occasion.trigger !== 'webhook')
      throw new DaybookError('not_supported', 'Daybook listens by itself while its window or the tray is open.');
    const changed = () => work.changed(['feeds', 'queue', 'runs', 'settings']);
    await work.daybook.webhooks.listen(readsAnew(work), changed, work.stop);
    return {};
  },
  'webhooks.wake': async (_, { daybook }) => {
    daybook.webhooks.nudge();
    return {};
  },
  'connections.awaitSignIn': async ({ connectionId }, { daybook, actor, stop }) => {
    const address = await daybook.webhooks.signIns.wait(connectionId, stop);
    if (address === null) return { signIn: null };
    return { signIn: await daybook.feeds.finishSignIn(connectionId, address, actor, stop) };
  },
};

async function statusOf(daybook: Work['daybook']) {
  const { counts, addresses, lists, ...status } = await daybook.webhooks.status();
  return { ...status, counts: [...counts], addresses: [...addresses], lists: [...lists] };
}

/** What a verified notice leads to: the same run and the same reads that a person starts, told as a webhook's. */
function readsAnew({ daybook, changed }: Work): ReadsAnew {
  return {
    lines: async (feedIds, reason, stop) => {
      const { found } = await performRun(daybook, {
        actor: SCHEDULE_ACTOR,
        occasion: { trigger: 'webhook', reason, dueAt: null, missed: 0, waited: [] },
        ...{ feedIds, stop, progress: () => {} },
        changed: () => changed(['feeds', 'queue', 'runs']),
      });
      return new Map(found.feeds.map((result): [string, Pulled] => [result.feedId, result]));
    },
    entries: async (_connectionId, stop) => {
      await followPostings(daybook.posting, stop);
      changed(['journals', 'queue']);
    },
    masters: async (connectionId, legalEntity, stop) => {
      if (legalEntity === null) return;
      await refreshLedgerReference(referenceContext(daybook), connectionId, legalEntity, stop);
      changed(['mappings', 'queue']);
    },
  };
}
