/** Rents, wages and taxes, money between own accounts within an office and between offices, interest, and odd rows. */
import type { Draw } from '../company/draw.ts';
import { type BusinessDay, type Movement, movement } from '../company/movement.ts';
import type { AccountKey } from './accounts.ts';
import { OFFICES, type OfficeKey } from './offices.ts';
import { CURRENT } from './trade.ts';
import { WORDS } from './wording.ts';

const OUT = ['TRANSFER_OUT', 'TRANSFER_OUT_ACCOUNT_TRANSFER'] as const;
const IN = ['TRANSFER_IN', 'TRANSFER_IN_ACCOUNT_TRANSFER'] as const;
const FLOOR = 2_000_000n;

/** What an office pays once a month, on which of its business days. */
export function monthlyDay(office: OfficeKey, day: BusinessDay, draw: Draw): Movement[] {
  const account = CURRENT[office];
  const { rent, wages, wageTax } = WORDS[office];
  const size = office === 'nl' ? 2 : 1;
  const pay = (text: string, minor: bigint) =>
    movement({
      ...{ account, minor: -minor, text, firm: true, channel: 'online' },
      category: ['GENERAL_SERVICES', 'GENERAL_SERVICES_OTHER_GENERAL_SERVICES'],
    });
  switch (day.ofMonth) {
    case office === 'be' ? 3 : 2:
      return [pay(rent, BigInt(draw.int(3_100, 3_900) * 100 * size))];
    case office === 'de' ? 3 : 17:
      return [pay(`${wages} ${day.date.slice(0, 7)}`, draw.cents(1_800_000 * size, 2_100_000 * size))];
    case 18:
      return [pay(wageTax, draw.cents(700_000 * size, 900_000 * size))];
    default:
      return [];
  }
}

/** Savings and back within an office, so that neither account runs dry. */
export function sweeps(day: BusinessDay, draw: Draw): Movement[] {
  return [
    ...sweep('nl', 'nlCurrent', 'nlSavings', 0.6, day, draw),
    ...sweep('de', 'deCurrent', 'deReserve', 0.4, day, draw),
  ];
}

function sweep(
  office: 'nl' | 'de',
  current: AccountKey,
  savings: AccountKey,
  chance: number,
  day: BusinessDay,
  draw: Draw,
): Movement[] {
  const minor = BigInt(draw.int(20, 400)) * 2_500n;
  const late = draw.chance(0.25) ? 1 : 0;
  if (!draw.chance(chance)) return [];
  const { toSavings, fromSavings } = WORDS[office];
  // Money goes to the savings unless the current account is near its floor.
  const way = day.expected(current) > FLOOR + minor ? 1n : -1n;
  if (way < 0n && day.expected(savings) < minor) return [];
  const common = { channel: 'online', firm: true } as const;
  return [
    movement({ ...common, account: current, minor: -minor * way, text: toSavings, category: way > 0n ? OUT : IN }),
    movement({
      ...{ ...common, account: savings, minor: minor * way, text: fromSavings },
      ...{ category: way > 0n ? IN : OUT, delay: late },
    }),
  ];
}

/** The Dutch office lends to the others and gets it back; each books it on the group's account. */
export function groupDay(day: BusinessDay, draw: Draw): Movement[] {
  return (['be', 'de'] as const).flatMap((other) => {
    const needy = day.expected(CURRENT[other]) < 2n * FLOOR;
    const minor = BigInt(draw.int(8, 90)) * (needy ? 50_000n : 12_500n);
    const late = draw.chance(0.5) ? 1 : 0;
    const wanted = draw.chance(0.45);
    const reference = `RC-${day.date.slice(2, 7)}-${draw.int(100, 999)}`;
    if (!needy && !wanted) return [];
    const [from, to]: readonly [OfficeKey, OfficeKey] = needy ? ['nl', other] : [other, 'nl'];
    const leg = (office: OfficeKey, partner: OfficeKey, amount: bigint, delay: number) =>
      movement({
        account: CURRENT[office],
        minor: amount,
        text: `${WORDS[office].group} ${OFFICES[partner].inTexts} ${reference}`,
        counterparty: OFFICES[partner].company,
        category: amount < 0n ? OUT : IN,
        ...{ channel: 'online', firm: true, reference, delay },
      });
    return [leg(from, to, -minor, 0), leg(to, from, minor, late)];
  });
}

export function interest(day: BusinessDay, draw: Draw): Movement[] {
  if (!day.lastOfMonth) return [];
  return (['nl', 'de'] as const).map((office) =>
    movement({
      account: office === 'nl' ? 'nlSavings' : 'deReserve',
      minor: draw.cents(800, 24_000),
      text: WORDS[office].interest,
      category: ['INCOME', 'INCOME_INTEREST_EARNED'],
      firm: true,
    }),
  );
}

/** Rows that are no plain amount: on the second and third practice day, then every 25 business days; a notice of zero. */
export function oddRows(day: BusinessDay, draw: Draw): Movement[] {
  if (day.ordinal < 0) return [];
  if (day.ordinal % 25 === 1) {
    const amount = `${draw.int(2, 90)}.${draw.int(100, 999)}${draw.int(1, 9)}`;
    return [
      movement({
        account: 'deReserve',
        ...{ minor: 0n, text: 'Zinsstaffel Vormerkung', firm: true },
        category: ['INCOME', 'INCOME_INTEREST_EARNED'],
        odd: { amount, isoCurrency: 'EUR', unofficialCurrency: null },
      }),
    ];
  }
  if (day.ordinal % 25 !== 2) return [];
  const points = { amount: String(draw.int(100, 900)), isoCurrency: null, unofficialCurrency: 'MWP' };
  return [
    movement({
      account: 'nlCard',
      ...{ minor: 0n, text: 'Spaarpunten Merwebank', category: ['OTHER', 'OTHER_OTHER'], firm: true, odd: points },
    }),
    movement({
      account: 'nlCurrent',
      ...{ minor: 0n, text: 'Mededeling tariefwijziging', firm: true },
      category: ['BANK_FEES', 'BANK_FEES_OTHER_BANK_FEES'],
    }),
  ];
}
