import { useState } from 'react';
import { useCall } from '../../api/use-call.ts';
import type { Ledger } from './types.ts';

const NOTHING = {};

/** The ledgers that accounts are mapped to, and the one in which a form's pickers look. */
export function useLedgers(first: Ledger | null) {
  const mappings = useCall('mappings.list', NOTHING);
  const [chosen, choose] = useState<Ledger | null>(first);
  const ledgers = new Map<string, Ledger>();
  if (first) ledgers.set(keyOf(first), first);
  for (const { mapping } of mappings.data ?? []) {
    if (!mapping) continue;
    const ledger = { connectionId: mapping.ledgerConnectionId, legalEntity: mapping.legalEntity };
    ledgers.set(keyOf(ledger), ledger);
  }
  const all = [...ledgers.values()].sort((a, b) => a.legalEntity.localeCompare(b.legalEntity));
  return { ledger: chosen ?? all[0] ?? null, ledgers: all, choose, loading: mappings.loading && !mappings.data };
}

export function keyOf({ connectionId, legalEntity }: Ledger): string {
  return `${connectionId} ${legalEntity}`;
}
