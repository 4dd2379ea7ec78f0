import type { CallOutput } from '../../api/contract.ts';

export type Connection = CallOutput<'connections.list'>[number];
export type Kind = CallOutput<'connections.kinds'>[number];
export type KindField = NonNullable<Kind['form']>[number];
export type SignIn = NonNullable<Connection['signIn']>;
export type CallBudget = Connection['callBudgets'][number];
export type Feed = Connection['feeds'][number];
export type Lifecycle = Connection['lifecycle'];
export type Replacement = CallOutput<'accounts.replacements'>[number];
export type FeedAccount = CallOutput<'accounts.list'>[number];
export type CheckStep = CallOutput<'connections.check'>['steps'][number];
export type OfferedEntity = CallOutput<'ledger.offeredEntities'>[number];

/** The dialog that is open. */
export type Opened =
  | { readonly dialog: 'bank'; readonly connectionId: string }
  | { readonly dialog: 'repair'; readonly connectionId: string; readonly feed: Feed; readonly selectAccounts: boolean }
  | { readonly dialog: 'plaid' | 'd365'; readonly connection: Connection | null }
  | { readonly dialog: 'kinds' | 'statementFile' }
  | { readonly dialog: 'form'; readonly kind: Kind; readonly connection: Connection | null }
  | { readonly dialog: 'check' | 'signIn' | 'removeConnection'; readonly connection: Connection }
  | { readonly dialog: 'entities'; readonly connection: Connection; readonly field: KindField }
  | { readonly dialog: 'webhook' | 'remove'; readonly feed: Feed };

export type Open = (opened: Opened) => void;
