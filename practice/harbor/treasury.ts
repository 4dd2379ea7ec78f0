import type { Draw } from '../company/draw.ts';
import { type BusinessDay, type Movement, movement } from '../company/movement.ts';
import type { AccountKey } from './accounts.ts';
import { personName } from './tenants.ts';

const OUT = ['TRANSFER_OUT', 'TRANSFER_OUT_ACCOUNT_TRANSFER'] as const;
const IN = ['TRANSFER_IN', 'TRANSFER_IN_ACCOUNT_TRANSFER'] as const;
/** Operating and trust account of each firm, with their masks. */
const PAIRS = [
  ['managementOperating', '1207', 'managementTrust', '1215'],
  ['residentialOperating', '4011', 'residentialTrust', '4029'],
  ['storageOperating', '7702', 'storageTrust', '7710'],
] as const;
const TRUST_FLOOR = 4_000_000n;

/** Money between own accounts, interest, distributions to the owners, the card's monthly settlement. */
export function treasuryDay(day: BusinessDay, draw: Draw): Movement[] {
  const sweeps = PAIRS.flatMap(([operating, mask, trust, trustMask]) => {
    const minor = BigInt(draw.int(40, 900)) * 1_000n;
    // Sweeps go either way by chance, but never empty the trust account.
    const fromTrust = day.expected(trust) > TRUST_FLOOR + minor && draw.chance(0.5);
    return fromTrust
      ? transfer(trust, trustMask, operating, mask, minor, draw)
      : transfer(operating, mask, trust, trustMask, minor, draw);
  });
  return [
    ...sweeps,
    ...(day.ofMonth === 14 ? cardSettlement(day, draw) : []),
    ...(day.lastOfMonth ? [...interest(draw), ...owners(day)] : []),
  ];
}

/** Both legs; every third one arrives a business day later. */
function transfer(
  from: AccountKey,
  fromMask: string,
  to: AccountKey,
  toMask: string,
  minor: bigint,
  draw: Draw,
): Movement[] {
  const reference = String(draw.int(10_000_000, 99_999_999));
  const common = { channel: 'online', firm: true, reference } as const;
  const text = (word: string, mask: string) => `ONLINE TRANSFER ${word} XXXX${mask} REF ${reference}`;
  return [
    movement({ ...common, account: from, minor: -minor, text: text('TO', toMask), category: OUT }),
    movement({
      ...common,
      account: to,
      minor,
      text: text('FROM', fromMask),
      category: IN,
      delay: draw.chance(1 / 3) ? 1 : 0,
    }),
  ];
}

function cardSettlement(day: BusinessDay, draw: Draw): Movement[] {
  const owed = -day.expected('managementCard');
  if (owed <= 0n) return [];
  const reference = String(draw.int(10_000_000, 99_999_999));
  const common = { firm: true, reference, counterparty: 'Tidewater Bank' } as const;
  const category = ['LOAN_PAYMENTS', 'LOAN_PAYMENTS_CREDIT_CARD_PAYMENT'] as const;
  return [
    movement({
      ...common,
      account: 'managementOperating',
      minor: -owed,
      text: 'TIDEWATER CARD PAYMENT 8834',
      category,
    }),
    movement({ ...common, account: 'managementCard', minor: owed, text: 'PAYMENT THANK YOU', category, delay: 1 }),
  ];
}

function interest(draw: Draw): Movement[] {
  return PAIRS.map(([, , trust]) =>
    movement({
      account: trust,
      minor: draw.cents(900, 52_000),
      text: 'INTEREST PAYMENT',
      category: ['INCOME', 'INCOME_INTEREST_EARNED'],
      firm: true,
    }),
  );
}

/** What is above a month's need goes to the owners; what is missing comes from them. */
function owners(day: BusinessDay): Movement[] {
  const KEEP = 60_000_000n;
  const LEAST = 40_000_000n;
  return PAIRS.flatMap(([operating]) => {
    const balance = day.expected(operating);
    if (balance >= LEAST && balance <= KEEP) return [];
    const minor = balance > KEEP ? -roundDown(balance - KEEP) : roundDown(KEEP - balance);
    return minor === 0n
      ? []
      : [
          movement({
            account: operating,
            minor,
            text: minor < 0n ? 'OWNER DISTRIBUTION HARBOR HOLDINGS' : 'CAPITAL CONTRIBUTION HARBOR HOLDINGS',
            counterparty: 'Harbor Holdings LP',
            category: minor < 0n ? OUT : IN,
            firm: true,
          }),
        ];
  });
}

function roundDown(minor: bigint): bigint {
  return (minor / 100_000n) * 100_000n;
}

const ONE_OFFS: ReadonlyArray<(draw: Draw) => string> = [
  (draw) => `ZELLE FROM ${personName(draw).toUpperCase()}`,
  (draw) => `INCOMING WIRE REF ${draw.int(100_000, 999_999)}`,
  () => 'COUNTER DEPOSIT',
  (draw) => `MISC CREDIT ADJ ${draw.int(100, 999)}`,
  (draw) => `CLAIM PAYMENT ${draw.int(1000, 9999)}`,
  (draw) => `LEGAL SETTLEMENT ${personName(draw).toUpperCase()}`,
  (draw) => `OUTGOING WIRE REF ${draw.int(100_000, 999_999)}`,
  () => 'CASH WITHDRAWAL BRANCH 12',
  (draw) => `PAYPOINT *${personName(draw).toUpperCase()}`,
  (draw) => `DEBIT MEMO ${draw.int(100, 999)}`,
];

/** Lines that no rule can know: wires without a name, checks without a payee, cash over the counter. */
export function oneOffs(draw: Draw): Movement[] {
  const odd = Array.from({ length: draw.around(6) }, () => {
    const text = draw.pick(ONE_OFFS)(draw);
    const out = /OUTGOING|WITHDRAWAL|SETTLEMENT|DEBIT|PAYPOINT/.test(text);
    const minor = draw.cents(2_500, 1_400_000);
    return movement({
      account: draw.pick(PAIRS)[0],
      minor: out ? -minor : minor,
      text,
      category: out ? ['TRANSFER_OUT', 'TRANSFER_OUT_OTHER_TRANSFER_OUT'] : ['TRANSFER_IN', 'TRANSFER_IN_DEPOSIT'],
      pending: 'sometimes',
    });
  });
  const checks = Array.from({ length: draw.int(1, 3) }, () => {
    const checkNumber = String(draw.int(10_000, 99_999));
    return movement({
      account: draw.pick(PAIRS)[0],
      minor: -draw.cents(8_000, 640_000),
      text: `CHECK ${checkNumber}`,
      category: ['TRANSFER_OUT', 'TRANSFER_OUT_WITHDRAWAL'],
      checkNumber,
    });
  });
  return [...odd, ...checks];
}

/** Rows that are no plain amount: on the second and third practice day, then every 25 business days. */
export function oddRows(day: BusinessDay, draw: Draw): Movement[] {
  if (day.ordinal < 0) return [];
  if (day.ordinal % 25 === 1) {
    const amount = `${draw.int(2, 90)}.${draw.int(100, 999)}${draw.int(1, 9)}`;
    return [
      movement({
        account: 'residentialTrust',
        minor: 0n,
        text: 'INTEREST ACCRUED MEMO',
        category: ['INCOME', 'INCOME_INTEREST_EARNED'],
        firm: true,
        odd: { amount, isoCurrency: 'USD', unofficialCurrency: null },
      }),
    ];
  }
  if (day.ordinal % 25 !== 2) return [];
  return [
    movement({
      account: 'managementCard',
      minor: 0n,
      text: 'REWARDS POINTS POSTED',
      category: ['OTHER', 'OTHER_OTHER'],
      firm: true,
      odd: { amount: String(draw.int(100, 900)), isoCurrency: null, unofficialCurrency: 'HBP' },
    }),
  ];
}
