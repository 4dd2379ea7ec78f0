/** Relations and their bank accounts as rows of their resources. */
import type { Values } from './schema.ts';
import type { Division, Relation, RelationBankAccount } from './site.ts';
import { paddedVatCode, stampValues } from './views.ts';

export function relationValues(division: Division, relation: Relation): Values {
  return {
    ...stampValues(division, relation),
    Timestamp: String(relation.timestamp),
    Code: relation.code,
    Name: relation.name,
    SearchCode: relation.code.trim(),
    Type: 'A',
    Status: relation.customer ? 'C' : 'A',
    IsSales: relation.customer,
    IsSupplier: relation.supplier,
    IsPurchase: relation.supplier,
    IsBank: false,
    Blocked: relation.blocked,
    StartDate: `${division.startDate}T00:00:00`,
    Country: relation.country ?? division.country,
    VATNumber: relation.vatNumber,
    Email: relation.email,
    GLAR: relation.glReceivable?.id ?? null,
    GLAP: relation.glPayable?.id ?? null,
    GLAccountSales: relation.glSales?.id ?? null,
    GLAccountPurchase: relation.glPurchase?.id ?? null,
    SalesVATCode: paddedVatCode(relation.salesVatCode),
    PurchaseVATCode: paddedVatCode(relation.purchaseVatCode),
    PurchaseCurrency: division.currency,
    SalesCurrency: division.currency,
  };
}

export function bankAccountValues(division: Division, relation: Relation, account: RelationBankAccount): Values {
  return {
    ...stampValues(division, account),
    Account: relation.id,
    AccountName: relation.name,
    BankAccount: account.iban,
    IBAN: account.iban,
    BICCode: account.bic,
    BankAccountHolderName: account.holder,
    Main: relation.bankAccounts[0] === account,
    Blocked: false,
    Type: 'A',
  };
}
