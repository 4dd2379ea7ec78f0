import type { CallOutput } from '../../api/contract.ts';

export type Connection = CallOutput<'connections.list'>[number];
export type Feed = Connection['feeds'][number];
export type FeedAccount = CallOutput<'accounts.list'>[number];
export type CheckStep = CallOutput<'connections.check'>['steps'][number];

/** The dialog that is open. */
export type Opened =
  | { readonly dialog: 'bank'; readonly connectionId: string }
  | { readonly dialog: 'repair'; readonly connectionId: string; readonly feed: Feed; readonly selectAccounts: boolean }
  | { readonly dialog: 'plaid' | 'd365'; readonly connection: Connection | null }
  | { readonly dialog: 'check'; readonly connection: Connection }
  | { readonly dialog: 'webhook' | 'remove'; readonly feed: Feed };

export type Open = (opened: Opened) => void;
