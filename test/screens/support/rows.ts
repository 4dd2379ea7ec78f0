import type { CallOutput } from '../../../main/api/contract.ts';
import { decimalText } from '../../../main/core/money.ts';
import { seededRandom } from '../../../main/core/random.ts';

export type Item = CallOutput<'queue.list'>['items'][number];

const VENDORS: readonly (readonly [string, string, string])[] = [
  ['Con Edison', '605100', 'Utilities'],
  ['Sherwin-Williams', '604200', 'Repairs and maintenance'],
  ['Harbor Cleaning LLC', '604300', 'Cleaning'],
  ['Otis Elevator Company', '604210', 'Elevator service'],
  ['City of Hoboken Water & Sewer', '605110', 'Water and sewer'],
  ['Verizon Business', '606100', 'Telephone'],
  ['Staples', '607100', 'Office supplies'],
  ['Liberty Mutual Insurance', '608100', 'Insurance'],
];
const TENANTS = [
  'Acosta, M.',
  'Bell & Whitmore',
  'Chen Family Trust',
  'Dockside Coffee',
  'Emerson, J. T.',
  'Farrow Studio',
  'Greenpoint Yoga',
];
const ACCOUNTS = [
  { id: 'acc_1', name: 'Operating', mask: '4410', bank: 'First Harbor Bank', currency: 'USD' },
  { id: 'acc_2', name: 'Rent collection', mask: '4428', bank: 'First Harbor Bank', currency: 'USD' },
  { id: 'acc_3', name: 'Security deposits', mask: '9071', bank: 'Hudson Trust', currency: 'USD' },
] as const;

/** `2026-11-19` and the days before it. */
function dayBefore(days: number): string {
  return new Date(Date.UTC(2026, 10, 19) - days * 86_400_000).toISOString().slice(0, 10);
}

/** Rows as the queue would hold them: rents in, payments out, some that need a person, a few splits and transfers. */
export function makeRows(count: number, seed = 1): Item[] {
  const random = seededRandom(seed);
  const below = (limit: number) => Math.floor(random.next() * limit);
  return Array.from({ length: count }, (_, index) => {
    const rent = below(3) === 0;
    const [vendor, account, accountName] = VENDORS[below(VENDORS.length)] ?? ['', '', ''];
    const tenant = TENANTS[below(TENANTS.length)] ?? '';
    const feedAccount = ACCOUNTS[rent ? 1 : below(3)] ?? ACCOUNTS[0];
    const minor = BigInt(rent ? 95_000 + below(300_000) : -(1_500 + below(700_000)));
    const amount = { amount: decimalText({ minor, currency: 'USD' }), currency: 'USD' };
    const luck = below(20);
    const codedBy: Item['codedBy'] =
      luck < 2 ? 'none' : luck < 9 ? 'rule' : luck < 13 ? 'suggestion' : luck < 15 ? 'person' : 'default';
    const name = rent ? tenant : vendor;
    const offsets: Item['offsets'] =
      luck === 19
        ? splitOf(minor, account, accountName)
        : [
            {
              accountType: 'ledger',
              account: codedBy === 'none' ? null : rent ? '401100' : account,
              accountName: codedBy === 'none' ? null : rent ? 'Rental income' : accountName,
              ...coded({ BusinessUnit: '001', CostCenter: rent ? 'RENT' : 'PROP' }),
              amount,
              text: name,
            },
          ];
    return {
      id: `prop_${String(index).padStart(6, '0')}`,
      kind: 'entry',
      state: codedBy === 'none' ? 'needs_person' : 'ready',
      date: dayBefore(Math.floor((index * 90) / Math.max(1, count))),
      amount,
      feedAccount,
      ledgerConnectionId: 'con_d365',
      legalEntity: feedAccount.id === 'acc_3' ? 'USRT' : 'USMF',
      entityName: null,
      journalName: 'BANK',
      accountType: 'bank',
      account: 'HARBOR OPS',
      text: rent ? `Rent ${tenant}` : vendor,
      lineId: String(index + 1),
      lines: 1,
      lineState: 'booked',
      lineText: name.toUpperCase(),
      bankText: rent
        ? `ORIG CO NAME:${tenant.toUpperCase()} ENTRY DESCR:RENT SEC:PPD`
        : `POS DEBIT ${vendor.toUpperCase()} ${4000 + below(900)}`,
      counterparty: name,
      lineReference: null,
      offsets,
      codedBy,
      ruleId: codedBy === 'rule' ? 'rule_1' : null,
      ruleName: codedBy === 'rule' ? (rent ? 'Rent by ACH' : `${vendor} by name`) : null,
      reason: reasonOf(codedBy, rent ? 'Rent by ACH' : vendor, account),
      confidence: codedBy === 'suggestion' ? 86 : null,
      alternative:
        codedBy === 'default'
          ? {
              codedBy: 'suggestion',
              accountType: 'ledger',
              account: '604900',
              accountName: 'Other property costs',
              dimensions: {},
              reason: 'same vendor, 3 of 4 times',
              confidence: 61,
            }
          : null,
      needs: codedBy === 'none' ? ['Choose an account: nothing codes this vendor yet.'] : [],
      error: null,
      note: null,
      revision: 1,
      reference: `DB${String(index).padStart(16, '0')}01`,
      relatedProposalId: null,
      approvedBy: null,
      approvedAt: null,
      excludedBy: null,
      excludedWhy: null,
      journalNumber: null,
      voucher: null,
      ledgerState: null,
    } satisfies Item;
  });
}

const NAMES: Readonly<Record<string, string>> = { RENT: 'Letting', PROP: 'Real estate', ADMIN: 'Administration' };

/** Dimensions as the queue tells them: this ledger has words for its cost centres alone. */
export function coded(dimensions: Record<string, string>): Pick<Item['offsets'][number], 'dimensions' | 'codes'> {
  const codes = Object.entries(dimensions).filter(([, value]) => value !== '');
  return { dimensions, codes: codes.map(([label, value]) => ({ label, value, name: NAMES[value] ?? null })) };
}

function splitOf(minor: bigint, account: string, accountName: string): Item['offsets'] {
  const first = (minor * 3n) / 4n;
  return [
    {
      accountType: 'ledger',
      account,
      accountName,
      ...coded({ BusinessUnit: '001', CostCenter: 'PROP' }),
      amount: usd(first),
      text: 'Building',
    },
    {
      accountType: 'ledger',
      account: '607100',
      accountName: 'Office supplies',
      ...coded({ BusinessUnit: '002', CostCenter: 'ADMIN' }),
      amount: usd(minor - first),
      text: 'Office',
    },
  ];
}

export function usd(minor: bigint): { amount: string; currency: string } {
  return { amount: decimalText({ minor, currency: 'USD' }), currency: 'USD' };
}

function reasonOf(codedBy: Item['codedBy'], name: string, account: string): string {
  switch (codedBy) {
    case 'rule':
      return name;
    case 'suggestion':
      return `same vendor, 14 times, always ${account}`;
    case 'default':
      return 'the account’s default';
    default:
      return '';
  }
}

/** A row that the ERP has refused. */
export function refused(item: Item): Item {
  return {
    ...item,
    state: 'refused',
    error: {
      code: 'period_closed',
      retryable: false,
      repair: 'ask_administrator',
      sentence:
        'Dynamics refused this line: the period October 2026 is closed in USMF. Move it to November, or ask for the period to be opened.',
      requestId: '3f1c-88',
    },
  };
}

/** Bank text that tries everything. It must be shown as text. */
export function hostile(item: Item): Item {
  const text =
    '<img src=x onerror="document.title=\'owned\'"><script>document.title="owned"</script>\u202Egnp.exe\u202C=HYPERLINK("http://x")';
  return {
    ...item,
    counterparty: text,
    lineText: text,
    bankText: `${text}${'W'.repeat(10_000)}`,
    text: text.slice(0, 60),
    note: text,
  };
}
