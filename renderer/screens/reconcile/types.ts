import type { CallOutput } from '../../api/contract.ts';

export type Reconciliation = CallOutput<'reconcile.list'>['reconciliations'][number];
export type OpenItem = Reconciliation['openItems'][number];
