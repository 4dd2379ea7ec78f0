/** Builds the state of a site from its seed. */
import { bookByHand } from './hand-entry.ts';
import type { ExactDivisionSeed, ExactSeed, ExactUse } from './seed.ts';
import {
  byCode,
  type CostCode,
  type Division,
  type GlAccount,
  type Journal,
  type Relation,
  type Site,
  type Stamp,
  type User,
} from './site.ts';

const USES: Readonly<Record<ExactUse, 0 | 1 | 2>> = { optional: 0, mandatory: 1, forbidden: 2 };

export function loadUsers(seed: ExactSeed, guid: () => string): User[] {
  const first = seed.divisions[0]?.code;
  if (first === undefined) throw new RangeError('a site needs a division');
  return seed.users.map((user) => ({ ...user, id: guid(), currentDivision: user.currentDivision ?? first }));
}

export function loadDivision(site: Site, seed: ExactDivisionSeed): Division {
  const glAccounts = keyed(
    seed.glAccounts.map(
      (account): GlAccount => ({
        ...site.stamp(),
        code: account.code,
        description: account.description,
        type: account.type,
        useCostCenter: USES[account.useCostCenter ?? 'optional'],
        useCostUnit: USES[account.useCostUnit ?? 'optional'],
        costCenter: account.costCenter ?? null,
        vatCode: account.vatCode ?? null,
        blocked: account.blocked ?? false,
      }),
    ),
  );
  const account = (code: string | undefined): GlAccount | null => {
    if (code === undefined) return null;
    const found = byCode(glAccounts, code);
    if (found === undefined) throw new RangeError(`division ${seed.code} has no GL account ${code}`);
    return found;
  };
  const costs = (codes: ExactDivisionSeed['costCenters']) =>
    keyed(codes.map((one): CostCode => ({ ...site.stamp(), ...one, endDate: one.endDate ?? null })));
  const division: Division = {
    code: seed.code,
    description: seed.description,
    customerName: seed.customerName,
    country: seed.country,
    currency: seed.currency,
    vatNumber: seed.vatNumber ?? null,
    startDate: seed.startDate,
    archived: seed.archived ?? false,
    blockingStatus: 0,
    movedAt: null,
    glAccounts,
    journals: keyed(
      seed.journals.map(
        (journal): Journal => ({
          ...site.stamp(),
          code: journal.code,
          description: journal.description,
          type: journal.type,
          currency: journal.currency,
          glAccount: account(journal.glAccount),
          bankAccountId: journal.type === 12 ? site.guid() : null,
          iban: journal.iban ?? null,
          accountNumber: journal.accountNumber ?? null,
          bankName: journal.bankName ?? null,
          allowVariableCurrency: journal.allowVariableCurrency ?? false,
          allowVat: journal.allowVat ?? false,
          blocked: journal.blocked ?? false,
        }),
      ),
    ),
    relations: keyed(seed.relations.map((relation) => loadRelation(site, relation, account))),
    costCenters: costs(seed.costCenters),
    costUnits: costs(seed.costUnits),
    vatCodes: keyed(
      seed.vatCodes.map((code) => ({
        ...site.stamp(),
        code: code.code,
        description: code.description,
        percentage: code.percentage,
        transactionType: code.transactionType,
        blocked: code.blocked ?? false,
        glToPay: account(code.glToPay),
        glToClaim: account(code.glToClaim),
      })),
    ),
    periods: seed.periods.map((period) => ({ ...site.stamp(), ...period })),
    exchangeRates: (seed.exchangeRates ?? []).map((rate) => ({ ...site.stamp(), ...rate })),
    closed: new Set((seed.closed ?? []).map(({ journal, year, period }) => `${journal}|${year}|${period}`)),
    entries: new Map(),
    deleted: [],
    numbers: new Map(),
  };
  for (const { code, opening } of seed.journals)
    if (opening !== undefined)
      open(site, division, code, opening.date, -opening.balance.minor, account(opening.glAccount));
  for (const { glAccount, amount } of seed.openingBalances ?? [])
    open(site, division, undefined, seed.periods[0]?.from ?? seed.startDate, amount.minor, account(glAccount));
  return division;
}

function loadRelation(
  site: Site,
  seed: ExactDivisionSeed['relations'][number],
  account: (code: string | undefined) => GlAccount | null,
): Relation {
  return {
    ...site.stamp(),
    code: seed.code.padStart(18),
    name: seed.name,
    customer: seed.customer ?? false,
    supplier: seed.supplier ?? false,
    blocked: seed.blocked ?? false,
    glReceivable: account(seed.glReceivable),
    glPayable: account(seed.glPayable),
    glSales: account(seed.glSales),
    glPurchase: account(seed.glPurchase),
    salesVatCode: seed.salesVatCode ?? null,
    purchaseVatCode: seed.purchaseVatCode ?? null,
    country: seed.country ?? null,
    vatNumber: seed.vatNumber ?? null,
    email: seed.email ?? null,
    bankAccounts: (seed.bankAccounts ?? []).map(({ iban, bic, holder }) => ({
      ...site.stamp(),
      iban,
      bic: bic ?? null,
      holder: holder ?? seed.name,
    })),
  };
}

/** A processed entry of the accountant's, on a bank journal or, without one, on the first general journal. */
function open(
  site: Site,
  division: Division,
  code: string | undefined,
  day: string,
  minor: bigint,
  glAccount: GlAccount | null,
): void {
  const journals = [...division.journals.values()];
  const journal = journals.find((one) => (code === undefined ? one.type === 90 : one.code === code));
  if (journal === undefined) throw new RangeError(`division ${division.code} has no journal ${code ?? 'of type 90'}`);
  bookByHand(site, division, {
    kind: code === undefined ? 'general' : 'bank',
    journal,
    currency: code === undefined ? division.currency : journal.currency,
    date: day,
    openingMinor: 0n,
    status: 50,
    by: 'person',
    lines: [{ minor, text: 'Opening balance', glAccount }],
  });
}

function keyed<T extends Stamp>(records: readonly T[]): Map<string, T> {
  return new Map(records.map((record) => [record.id, record]));
}
