import { type ConnectionRemoval, readConnectionRemoval } from '../../store/removal.ts';
import type { removeConnectionCalls } from '../calls/remove-connection.ts';
import type { HandlersOf } from '../handler.ts';

export const removeConnectionHandlers: HandlersOf<typeof removeConnectionCalls> = {
  'connections.previewRemove': async ({ connectionId }, { daybook }) => {
    const { liveFeeds: _, ...figures } = await readConnectionRemoval(daybook.store.read, connectionId);
    return { ...figures, banks: [...figures.banks], consequences: consequencesOf(figures) };
  },
  'connections.remove': async ({ connectionId }, { daybook, actor, stop }) => {
    await daybook.feeds.removeConnection(connectionId, actor, stop);
    return { connectionId };
  },
};

function consequencesOf(figures: Omit<ConnectionRemoval, 'liveFeeds'>): string[] {
  const { banks, lines, openEntries, posted } = figures;
  return [
    ...(banks.length === 0
      ? []
      : [
          `Daybook’s access to ${banks.join(', ')} ends at the provider first, and so does its billing there.`,
          `${lines} lines stay, with their history and entries.`,
        ]),
    ...(openEntries === 0
      ? []
      : [`${openEntries} entries are not posted yet; they stay in the queue and can still be posted.`]),
    ...(posted === 0
      ? []
      : [`${posted} posted entries stay, here and in the ledger; they are followed there no longer.`]),
    'Its keys are deleted from this computer. To use it again, connect it anew with its keys.',
  ];
}
