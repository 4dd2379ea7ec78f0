import type { CallOutput } from '../../api/contract.ts';

/** What the first screen shows, as main tells it. */
export type Today = CallOutput<'today.get'>;
export type Cash = CallOutput<'today.cash'>;
export type Ageing = CallOutput<'today.ageing'>;
