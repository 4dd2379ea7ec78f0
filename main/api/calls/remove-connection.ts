import { z } from 'zod';
import { call } from './define.ts';
import { id } from './shared.ts';

/** Ending a whole connection. */
export const removeConnectionCalls = {
  'connections.previewRemove': call({
    about: 'What removing a whole connection means: what ends, what stays, and what is in the way.',
    input: z.strictObject({ connectionId: id }),
    output: z.object({
      name: z.string(),
      /** Banks whose access ends with it. */
      banks: z.array(z.string()),
      /** Open accounts that post into it; it cannot be removed while there are any. */
      postingAccounts: z.int(),
      /** Entries whose outcome in this ledger is not known; it cannot be removed while there are any. */
      unfinished: z.int(),
      lines: z.int(),
      openEntries: z.int(),
      posted: z.int(),
      consequences: z.array(z.string()),
    }),
  }),
  'connections.remove': call({
    about: 'Ends access of its banks at the provider, then forgets its keys. Lines, entries, journals and trail stay.',
    input: z.strictObject({ connectionId: id }),
    output: z.object({ connectionId: id }),
    changes: ['feeds', 'mappings', 'audit'],
  }),
};
