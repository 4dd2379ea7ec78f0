import type { Manifest } from '../capabilities.ts';

export const manifest: Manifest = { kind: 'exact', title: 'Exact Online', role: 'ledger' };
