/** `/auth/get`, `/identity/get` and `/identity/match`. */
import { type AccountOwner, bankNamed, type CompanyBanks } from '../company/banks.ts';
import { accountBody, accountsOf, itemBody } from './accounts.ts';
import { PlaidProblem } from './problems.ts';
import type { Item, PlaidState } from './state.ts';

/** The only accounts that can be debited. */
const DEBITABLE = ['checking', 'savings', 'cash management'];

export function authBody(state: PlaidState, item: Item, wanted?: readonly string[]) {
  const accounts = accountsOf(state, item, wanted);
  const debitable = accounts.filter(({ subtype }) => DEBITABLE.includes(subtype));
  if (debitable.length === 0) throw new PlaidProblem('NO_AUTH_ACCOUNTS');
  const { oauth, routing, bic } = bankNamed(state.company, item.bank);
  return {
    accounts: accounts.map((account) => accountBody(state, account)),
    item: itemBody(state, item),
    numbers: {
      ach:
        routing === null
          ? []
          : debitable.map(({ id, number }) => ({
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
      international: bic === null ? [] : debitable.map(({ id, number }) => ({ account_id: id, bic, iban: number })),
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
      const owner = ownerOf(state.company, account.ledger?.legalEntity);
      return {
        ...accountBody(state, account),
        owners: [
          {
            addresses: [{ data: owner.address, primary: true }],
            emails: [{ data: owner.email, primary: true, type: 'primary' }],
            names: [owner.name],
            phone_numbers: [{ data: owner.phone, primary: true, type: 'office' }],
          },
        ],
      };
    }),
    item: itemBody(state, item),
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
      const owner = ownerOf(state.company, account.ledger?.legalEntity);
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
    item: itemBody(state, item),
  };
}

function ownerOf({ owners }: CompanyBanks, legalEntity: string | undefined): AccountOwner {
  const owner = owners[legalEntity ?? ''] ?? Object.values(owners)[0];
  if (owner === undefined) throw new RangeError('the practice company has no owner');
  return owner;
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
