/** Atelier Kade, told from a seed: what the banks of its three offices saw, and the truth of it for a judge. */
import type { CompanyBanks } from '../company/banks.ts';
import { type CompanyOptions, tellBanks } from '../company/tell-banks.ts';
import { ACCOUNT_LIST, type AccountKey, BANKS, OWNERS } from './accounts.ts';
import { cardDay, dollarDay } from './dollar-and-card.ts';
import { oneOffs, tradeDay } from './trade.ts';
import { groupDay, interest, monthlyDay, oddRows, sweeps } from './treasury.ts';

/** Booked balances on the evening before the history begins, in minor units of the account's currency. */
export const FIRST_BALANCES: Readonly<Record<AccountKey, bigint>> = {
  nlCurrent: 8_412_577n,
  nlSavings: 12_000_000n,
  nlDollar: 2_150_044n,
  nlCard: -184_020n,
  beCurrent: 4_308_812n,
  deCurrent: 5_120_398n,
  deReserve: 6_500_000n,
};

export function createKade(options: CompanyOptions): CompanyBanks {
  return tellBanks(
    {
      name: 'Atelier Kade',
      banks: BANKS,
      accounts: ACCOUNT_LIST,
      owners: OWNERS,
      firstBalances: FIRST_BALANCES,
      happen: (day, draw) => [
        ...(['nl', 'be', 'de'] as const).flatMap((office) => [
          ...tradeDay(office, day, draw),
          ...monthlyDay(office, day, draw),
          ...oneOffs(office, draw),
        ]),
        ...sweeps(day, draw),
        ...groupDay(day, draw),
        ...dollarDay(day, draw),
        ...cardDay(day, draw),
        ...interest(day, draw),
        ...oddRows(day, draw),
      ],
    },
    options,
  );
}
