import type { AccountNumbers, ProvesBankDetails } from '../capabilities.ts';
import type { AuthAnswer } from './answers.ts';
import type { PlaidClient } from './client.ts';

export function bankDetails(client: PlaidClient): ProvesBankDetails {
  return {
    readNumbers: async (access, stop) => mapNumbers(await client.authGet(access, stop)),
    matchIdentity: async (access, owner, stop) => {
      const answer = await client.identityMatch(
        access,
        {
          legal_name: owner.legalName,
          ...(owner.phone === undefined ? {} : { phone_number: owner.phone }),
          ...(owner.email === undefined ? {} : { email_address: owner.email }),
        },
        stop,
      );
      return answer.accounts.map((account) => ({
        providerAccountId: account.account_id,
        legalName: account.legal_name?.score ?? null,
        phone: account.phone_number?.score ?? null,
        email: account.email_address?.score ?? null,
      }));
    },
  };
}

/**
 * All four lists of `/auth/get`; an account may stand in two of them. `routing` is the ABA number (ach), institution
 * and branch joined by a hyphen (eft), the BIC (international), the sort code (bacs). Numbers are texts: leading zeros
 * matter.
 */
export function mapNumbers({ numbers }: AuthAnswer): AccountNumbers[] {
  return [
    ...numbers.ach.map((row) => ({
      providerAccountId: row.account_id,
      scheme: 'ach' as const,
      account: row.account,
      routing: row.routing || null,
      wireRouting: row.wire_routing || null,
      tokenized: row.is_tokenized_account_number === true,
    })),
    ...numbers.eft.map((row) => plain('eft', row.account_id, row.account, `${row.institution}-${row.branch}`)),
    ...numbers.international.map((row) => plain('international', row.account_id, row.iban, row.bic || null)),
    ...numbers.bacs.map((row) => plain('bacs', row.account_id, row.account, row.sort_code || null)),
  ];
}

function plain(
  scheme: AccountNumbers['scheme'],
  providerAccountId: string,
  account: string,
  routing: string | null,
): AccountNumbers {
  return { providerAccountId, scheme, account, routing, wireRouting: null, tokenized: false };
}
