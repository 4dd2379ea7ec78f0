/** `/auth/get`, `/identity/get` and `/identity/match`. */
import { BANKS } from '../harbor/accounts.ts';
import { accountBody, accountsOf, itemBody } from './accounts.ts';
import { PlaidProblem } from './problems.ts';
import type { Item, PlaidState } from './state.ts';

/** The only accounts that can be debited. */
const DEBITABLE = ['checking', 'savings', 'cash management'];

const OWNERS: Readonly<Record<string, { readonly name: string; readonly email: string; readonly phone: string }>> = {
  HPGM: { name: 'Harbor Property Management Inc.', email: 'treasury@harbor.example', phone: '+16175550110' },
  HPGR: { name: 'Harbor Residential LLC', email: 'residential@harbor.example', phone: '+16175550120' },
  HPGS: { name: 'Harbor Self Storage LLC', email: 'storage@harbor.example', phone: '+16175550130' },
};
const ADDRESS = { city: 'Eastport', country: 'US', postal_code: '02128', region: 'MA', street: '12 Long Wharf' };

export function authBody(state: PlaidState, item: Item, wanted?: readonly string[]) {
  const accounts = accountsOf(state, item, wanted);
  const debitable = accounts.filter(({ subtype }) => DEBITABLE.includes(subtype));
  if (debitable.length === 0) throw new PlaidProblem('NO_AUTH_ACCOUNTS');
  const { oauth, routing } = BANKS[item.bank];
  return {
    accounts: accounts.map((account) => accountBody(state, account)),
    item: itemBody(item),
    numbers: {
      ach: debitable.map(({ id, number }) => ({
        // A stand-in is another number for each Item, and not the one on statements.
        account: oauth ? standIn(item.id, number) : number,
        account_id: id,
        can_transfer_in: null,
        can_transfer_out: null,
        ...(oauth ? { is_tokenized_account_number: true } : {}),
        routing,
        wire_routing: oauth ? null : routing,
      })),
      bacs: [],
      eft: [],
      international: [],
    },
  };
}

function standIn(itemId: string, number: string): string {
  const digits = [...(itemId + number)].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 1_000_000_007, 7);
  return `9${String(digits).padStart(11, '0')}`;
}

export function identityBody(state: PlaidState, item: Item, wanted?: readonly string[]) {
  return {
    accounts: accountsOf(state, item, wanted).map((account) => {
      const owner = ownerOf(account.ledger?.legalEntity);
      return {
        ...accountBody(state, account),
        owners: [
          {
            addresses: [{ data: ADDRESS, primary: true }],
            emails: [{ data: owner.email, primary: true, type: 'primary' }],
            names: [owner.name],
            phone_numbers: [{ data: owner.phone, primary: true, type: 'office' }],
          },
        ],
      };
    }),
    item: itemBody(item),
  };
}

export type IdentityClaim = {
  readonly legal_name?: string | null | undefined;
  readonly phone_number?: string | null | undefined;
  readonly email_address?: string | null | undefined;
};

export function identityMatchBody(state: PlaidState, item: Item, claim: IdentityClaim, wanted?: readonly string[]) {
  return {
    accounts: accountsOf(state, item, wanted).map((account) => {
      const owner = ownerOf(account.ledger?.legalEntity);
      const score = (value: string | null | undefined, own: string) =>
        value == null || value === '' ? null : { score: alike(value, own) };
      const name = score(claim.legal_name, owner.name);
      return {
        ...accountBody(state, account),
        address: null,
        email_address: score(claim.email_address, owner.email),
        legal_name:
          name === null
            ? null
            : {
                is_business_name_detected: true,
                is_first_name_or_last_name_match: false,
                is_nickname_match: false,
                score: name.score,
              },
        phone_number: score(claim.phone_number, owner.phone),
      };
    }),
    item: itemBody(item),
  };
}

function ownerOf(legalEntity: string | undefined) {
  return OWNERS[legalEntity ?? 'HPGR'] ?? { name: 'Harbor Residential LLC', email: '', phone: '' };
}

/** 0 to 100: the share of words in common, forms of company left out. */
function alike(a: string, b: string): number {
  const words = (text: string) =>
    new Set(
      text
        .toLowerCase()
        .split(/[^a-z0-9@.+]+/)
        .map((word) => word.replace(/\.$/, ''))
        .filter((word) => word !== '' && !['inc', 'llc', 'ltd', 'corp', 'co'].includes(word)),
    );
  const [one, other] = [words(a), words(b)];
  const common = [...one].filter((word) => other.has(word)).length;
  return Math.floor((100 * common) / Math.max(one.size, other.size, 1));
}
