import type { Manifest } from '../capabilities.ts';

export const manifest: Manifest = {
  kind: 'd365',
  title: 'Dynamics 365 Finance & Operations',
  role: 'ledger',
};
