/** The banks of Harbor Property Group, the accounts there, and the bank accounts in the ledger that they belong to. */

export type LegalEntityId = 'HPGM' | 'HPGR' | 'HPGS';

export type HarborBank = {
  /** Plaid's institution id. */
  readonly institutionId: string;
  readonly name: string;
  readonly routing: string;
  /** Signs in at the bank's own site; gives stand-ins instead of account numbers. */
  readonly oauth: boolean;
};

export const BANKS = {
  tidewater: { institutionId: 'ins_900101', name: 'Tidewater Bank', routing: '011100015', oauth: false },
  northgate: { institutionId: 'ins_900102', name: 'Northgate National', routing: '021100028', oauth: true },
  cascade: { institutionId: 'ins_900103', name: 'Cascade Credit Union', routing: '031100033', oauth: false },
} as const satisfies Record<string, HarborBank>;

export type BankKey = keyof typeof BANKS;

export type HarborAccount = {
  readonly bank: BankKey;
  /** Last digits as the feed shows them; unique within Harbor. */
  readonly mask: string;
  readonly name: string;
  readonly officialName: string;
  readonly type: 'depository' | 'credit' | 'investment';
  readonly subtype: string;
  readonly number: string;
  /** Null: no lines, and no bank account in the ledger. */
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

/** Every account with its role, typed by the plain record. */
export const ACCOUNT_LIST: ReadonlyArray<HarborAccount & { readonly key: AccountKey }> = [
  { key: 'managementOperating', ...ACCOUNTS.managementOperating },
  { key: 'managementTrust', ...ACCOUNTS.managementTrust },
  { key: 'managementCard', ...ACCOUNTS.managementCard },
  { key: 'residentialOperating', ...ACCOUNTS.residentialOperating },
  { key: 'residentialTrust', ...ACCOUNTS.residentialTrust },
  { key: 'residentialReserve', ...ACCOUNTS.residentialReserve },
  { key: 'storageOperating', ...ACCOUNTS.storageOperating },
  { key: 'storageTrust', ...ACCOUNTS.storageTrust },
];
