import type { ReadsVendorBankAccounts } from '../capabilities.ts';
import type { Tables } from './tables.ts';

/** Bank accounts of relations that are suppliers, with full numbers. Source: facts §3.6. */
export function createVendorBankAccountRead(tables: Tables): ReadsVendorBankAccounts {
  return {
    readVendorBankAccounts: async (legalEntity, stop) => {
      const { relations } = await tables.of(legalEntity, stop);
      const rows = await tables.relationBankAccounts(legalEntity, stop);
      if (rows === null || relations === null) return null;
      return rows.flatMap((row) => {
        const relation = relations.byId(row.Account);
        if (relation === undefined || !relation.IsSupplier) return [];
        return [
          {
            vendor: relation.Code,
            id: row.ID,
            bankName: row.BankName,
            number: row.BankAccount || null,
            routing: null,
            iban: row.IBAN || null,
            swift: row.BICCode || null,
            currency: relation.PurchaseCurrency || null,
            isDefault: row.Main,
            activeFrom: null,
            activeTo: null,
          },
        ];
      });
    },
  };
}
