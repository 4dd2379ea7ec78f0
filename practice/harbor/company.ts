/** Harbor Property Group, told from a seed: what its three banks saw, day by day, and the truth of it for a judge. */
import { seededRandom } from '../../main/core/random.ts';
import type { CompanyBanks } from '../company/banks.ts';
import { createDraw } from '../company/draw.ts';
import { type CompanyOptions, tellBanks } from '../company/tell-banks.ts';
import { ACCOUNT_LIST, type AccountKey, BANK_LIST, OWNERS } from './accounts.ts';
import { managementDay } from './management.ts';
import { residentialDay } from './residential.ts';
import { spendingDay } from './spending.ts';
import { storageDay } from './storage.ts';
import { createTenants } from './tenants.ts';
import { oddRows, oneOffs, treasuryDay } from './treasury.ts';

/** Booked balances on the evening before the history begins, in cents. */
export const FIRST_BALANCES: Readonly<Record<AccountKey, bigint>> = {
  managementOperating: 41_250_318n,
  managementTrust: 38_804_275n,
  managementCard: -1_204_890n,
  residentialOperating: 52_116_702n,
  residentialTrust: 64_330_150n,
  residentialReserve: 250_000_000n,
  storageOperating: 23_907_441n,
  storageTrust: 9_518_065n,
};

export function createHarbor(options: CompanyOptions): CompanyBanks {
  const tenants = createTenants(createDraw(seededRandom(`${options.seed}:tenants`)));
  const homes = tenants.filter((tenant) => tenant.property.kind === 'residential');
  const units = tenants.filter((tenant) => tenant.property.kind === 'storage');
  return tellBanks(
    {
      name: 'Harbor',
      banks: BANK_LIST,
      accounts: ACCOUNT_LIST,
      owners: OWNERS,
      firstBalances: FIRST_BALANCES,
      happen: (day, draw) => [
        ...residentialDay(day, homes, draw),
        ...storageDay(day, units, draw),
        ...managementDay(day, draw),
        ...spendingDay(day, draw),
        ...treasuryDay(day, draw),
        ...oneOffs(draw),
        ...oddRows(day, draw),
      ],
    },
    options,
  );
}
