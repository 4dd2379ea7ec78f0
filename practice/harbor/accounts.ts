/** The banks of Harbor Property Group, the accounts there, and the bank accounts in the ledger that they belong to. */
import type { AccountOwner, PracticeAccount, PracticeBank } from '../company/banks.ts';

export type LegalEntityId = 'HPGM' | 'HPGR' | 'HPGS';

type HarborBank = Pick<PracticeBank, 'institutionId' | 'name' | 'oauth' | 'offers'> & { readonly routing: string };

const WITH_BROKERAGE = ['assets', 'auth', 'balance', 'identity', 'investments', 'transactions'];

export const BANKS = {
  tidewater: {
    institutionId: 'ins_900101',
    name: 'Tidewater Bank',
    routing: '011100015',
    oauth: false,
    offers: WITH_BROKERAGE,
  },
  northgate: {
    institutionId: 'ins_900102',
    name: 'Northgate National',
    routing: '021100028',
    oauth: true,
    offers: WITH_BROKERAGE,
  },
  cascade: {
    institutionId: 'ins_900103',
    name: 'Cascade Credit Union',
    routing: '031100033',
    oauth: false,
    offers: ['auth', 'balance', 'identity', 'transactions'],
  },
} as const satisfies Record<string, HarborBank>;

export type BankKey = keyof typeof BANKS;

const PLACE = { country: 'US', city: 'Eastport', region: 'MA' };

function usBank(key: BankKey): PracticeBank {
  const bank = BANKS[key];
  return { key, place: PLACE, paymentMethod: 'ACH', bic: null, consentDays: bank.oauth ? 365 : null, ...bank };
}

export const BANK_LIST: readonly PracticeBank[] = (['tidewater', 'northgate', 'cascade'] as const).map(usBank);

type HarborAccount = Omit<PracticeAccount, 'key' | 'currency' | 'limitMinor'> & {
  readonly bank: BankKey;
  readonly ledger: { readonly legalEntity: LegalEntityId; readonly bankAccount: string } | null;
};

/** Every account by its role. Bank account ids have at most 10 characters, and a hyphen that the account string escapes. */
export const ACCOUNTS = {
  managementOperating: {
    bank: 'tidewater',
    mask: '1207',
    name: 'Business Checking',
    officialName: 'Tidewater Business Advantage Checking',
    type: 'depository',
    subtype: 'checking',
    number: '000410021207',
    ledger: { legalEntity: 'HPGM', bankAccount: 'HPGM-OPER' },
  },
  managementTrust: {
    bank: 'tidewater',
    mask: '1215',
    name: 'Owner Trust',
    officialName: 'Tidewater Fiduciary Money Market',
    type: 'depository',
    subtype: 'money market',
    number: '000410021215',
    ledger: { legalEntity: 'HPGM', bankAccount: 'HPGM-TRUST' },
  },
  managementCard: {
    bank: 'tidewater',
    mask: '8834',
    name: 'Business Card',
    officialName: 'Tidewater Business Rewards Visa',
    type: 'credit',
    subtype: 'credit card',
    number: '4000000000008834',
    ledger: { legalEntity: 'HPGM', bankAccount: 'HPGM-CARD' },
  },
  residentialOperating: {
    bank: 'northgate',
    mask: '4011',
    name: 'Operating Account',
    officialName: 'Northgate Commercial Operating Account',
    type: 'depository',
    subtype: 'checking',
    number: '000720034011',
    ledger: { legalEntity: 'HPGR', bankAccount: 'HPGR-OPER' },
  },
  residentialTrust: {
    bank: 'northgate',
    mask: '4029',
    name: 'Tenant Deposits',
    officialName: 'Northgate Tenant Security Deposit Trust',
    type: 'depository',
    subtype: 'savings',
    number: '000720034029',
    ledger: { legalEntity: 'HPGR', bankAccount: 'HPGR-TRUST' },
  },
  residentialReserve: {
    bank: 'northgate',
    mask: '5508',
    name: 'Reserve Brokerage',
    officialName: 'Northgate Securities Reserve Account',
    type: 'investment',
    subtype: 'brokerage',
    number: '000720035508',
    ledger: null,
  },
  storageOperating: {
    bank: 'cascade',
    mask: '7702',
    name: 'Share Draft Business',
    officialName: 'Cascade Business Share Draft',
    type: 'depository',
    subtype: 'checking',
    number: '000930077702',
    ledger: { legalEntity: 'HPGS', bankAccount: 'HPGS-OPER' },
  },
  storageTrust: {
    bank: 'cascade',
    mask: '7710',
    name: 'Deposit Savings',
    officialName: 'Cascade Business Savings',
    type: 'depository',
    subtype: 'savings',
    number: '000930077710',
    ledger: { legalEntity: 'HPGS', bankAccount: 'HPGS-TRUST' },
  },
} as const satisfies Record<string, HarborAccount>;

export type AccountKey = keyof typeof ACCOUNTS;

const CARD_LIMIT = 15_000_000n;

/** Every account with its role, as the practice servers know it. */
export const ACCOUNT_LIST: ReadonlyArray<
  PracticeAccount & HarborAccount & { readonly key: AccountKey; readonly currency: 'USD' }
> = (Object.keys(ACCOUNTS) as AccountKey[]).map((key) => ({
  key,
  currency: 'USD',
  limitMinor: ACCOUNTS[key].type === 'credit' ? CARD_LIMIT : null,
  ...ACCOUNTS[key],
}));

const ADDRESS = { city: 'Eastport', country: 'US', postal_code: '02128', region: 'MA', street: '12 Long Wharf' };

/** In the order in which an owner is guessed for an account outside the ledger. */
export const OWNERS: Readonly<Record<string, AccountOwner>> = {
  HPGR: {
    name: 'Harbor Residential LLC',
    email: 'residential@harbor.example',
    phone: '+16175550120',
    address: ADDRESS,
  },
  HPGM: {
    name: 'Harbor Property Management Inc.',
    email: 'treasury@harbor.example',
    phone: '+16175550110',
    address: ADDRESS,
  },
  HPGS: {
    name: 'Harbor Self Storage LLC',
    email: 'storage@harbor.example',
    phone: '+16175550130',
    address: ADDRESS,
  },
};
