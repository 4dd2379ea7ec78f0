import type { Store } from '../../main/store/store.ts';
import { approveLines, type SeededMapping, seedMappings } from './approved-lines.ts';

const OPERATING: SeededMapping = {
  account: 'account',
  currency: 'USD',
  legalEntity: 'HPGM',
  bankAccount: 'HPGM-OPER',
  journalName: 'BankFeed',
};

/** A bank account mapped to Harbor's operating account in the practice ERP. */
export function seedHarborMapping(store: Store): Promise<void> {
  return seedMappings(store, 'd365', [OPERATING]);
}

/** Booked lines with approved entries against one main account; ids in the order of the amounts (minor units). */
export function approveHarborLines(store: Store, amounts: readonly number[]): Promise<string[]> {
  const offset = { accountType: 'ledger', account: '111900' } as const;
  return approveLines(
    store,
    amounts.map((amountMinor) => ({ mapping: OPERATING, date: '2026-11-19', amountMinor, offset })),
  );
}
