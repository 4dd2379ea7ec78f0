/** The banks of Atelier Kade, the accounts there, and the journals or cards in the books that they belong to. */
import type { AccountOwner, PracticeAccount, PracticeBank } from '../company/banks.ts';
import { belgian, iban } from './iban.ts';
import { OFFICES, type OfficeKey } from './offices.ts';

const OFFERS = ['auth', 'balance', 'identity', 'transactions'];
/** A consent under PSD2 lasts half a year. */
const CONSENT_DAYS = 180;

export const BANKS: readonly PracticeBank[] = [
  bank('merwe', 'ins_920101', 'Merwebank', 'MRWBNL2R', { country: 'NL', city: 'Rotterdam', region: null }),
  bank('leie', 'ins_920102', 'Leiebank', 'LEIEBEBB', { country: 'BE', city: 'Gent', region: null }),
  bank('rhein', 'ins_920103', 'Rheinische Handwerksbank', 'RHHBDEKK', { country: 'DE', city: 'Köln', region: 'NW' }),
];

function bank(
  key: string,
  institutionId: string,
  name: string,
  bic: string,
  place: PracticeBank['place'],
): PracticeBank {
  return {
    ...{ key, institutionId, name, bic, place, routing: null, oauth: true },
    ...{ paymentMethod: 'SEPA', consentDays: CONSENT_DAYS, offers: OFFERS },
  };
}

type KadeAccount = PracticeAccount & {
  readonly office: OfficeKey;
  /** `bank`: a bank journal of its own. `card`: only a ledger account, booked through a general journal. */
  readonly route: 'bank' | 'card';
  /** The journal under which it is booked. */
  readonly journal: string;
  /** Its own ledger account. */
  readonly glAccount: string;
};

const ACCOUNTS = {
  nlCurrent: account('nl', 'merwe', 'Zakelijke Rekening', 'checking', iban('NL', 'MRWB0612384417'), '20', '1100'),
  nlSavings: account('nl', 'merwe', 'Zakelijke Spaarrekening', 'savings', iban('NL', 'MRWB0612384425'), '21', '1110'),
  nlDollar: account('nl', 'merwe', 'Dollar Rekening', 'checking', iban('NL', 'MRWB0612384433'), '22', '1120', 'USD'),
  nlCard: {
    ...account('nl', 'merwe', 'Zakelijke Creditcard', 'credit card', '5300000000007781', '95', '1150'),
    type: 'credit' as const,
    route: 'card' as const,
    ledger: { legalEntity: String(OFFICES.nl.division), bankAccount: '1150' },
    limitMinor: 2_500_000n,
  },
  beCurrent: account('be', 'leie', 'Zichtrekening Gent', 'checking', iban('BE', belgian('9790412367')), '20', '550000'),
  deCurrent: account('de', 'rhein', 'Geschäftskonto Köln', 'checking', iban('DE', '370999010004512036'), '20', '1200'),
  deReserve: account('de', 'rhein', 'Tagesgeld Rücklage', 'savings', iban('DE', '370999010004512044'), '21', '1210'),
};

export type AccountKey = keyof typeof ACCOUNTS;

function account(
  office: OfficeKey,
  bankKey: string,
  name: string,
  subtype: string,
  number: string,
  journal: string,
  glAccount: string,
  currency = 'EUR',
): Omit<KadeAccount, 'key'> {
  return {
    ...{ office, bank: bankKey, name, subtype, number, journal, glAccount, currency },
    officialName: `${name} Atelier Kade`,
    mask: number.slice(-4),
    type: 'depository',
    route: 'bank',
    ledger: { legalEntity: String(OFFICES[office].division), bankAccount: journal },
    limitMinor: null,
  };
}

export const ACCOUNT_LIST: ReadonlyArray<KadeAccount & { readonly key: AccountKey }> = (
  Object.keys(ACCOUNTS) as AccountKey[]
).map((key) => ({ key, ...ACCOUNTS[key] }));

export const OWNERS: Readonly<Record<string, AccountOwner>> = Object.fromEntries(
  Object.values(OFFICES).map(({ division, company, email, phone, address }): [string, AccountOwner] => [
    String(division),
    { name: company, email, phone, address },
  ]),
);
