import { createCache } from '../../core/answer-cache.ts';
import type { Clock } from '../../core/clock.ts';
import type { Stop } from '../capabilities.ts';
import { absentAsNull } from './absent.ts';
import type { Client } from './client.ts';
import type { D365Settings } from './config.ts';
import { DEFAULT_DELIMITER, delimiterOf, MAIN_ACCOUNT, readFormat, type SegmentOrder } from './display-value.ts';
import type { Entity, RowOf } from './entities.ts';
import * as entities from './entities.ts';
import { allOf, anyOf, type Expression, textBegins, textEquals } from './odata.ts';

/** How this environment joins account and dimension strings. Null: it does not tell the order. */
export type DimensionSetup = {
  readonly delimiter: string;
  readonly accountOrder: SegmentOrder | null;
  readonly defaultOrder: SegmentOrder | null;
};

/** Rows of a set, or null when the environment does not have the set or does not show it to this user. */
type Rows<E> = Promise<ReadonlyArray<RowOf<E>> | null>;

/** Set-up tables of one environment, remembered for a few minutes. */
export type Tables = ReturnType<typeof createTables>;

const REMEMBERED_MS = 5 * 60_000;

export function createTables(client: Client, settings: D365Settings, clock: Clock) {
  const cache = createCache(clock, REMEMBERED_MS);

  const optional = <Row>(entity: Entity<Row>, filter: Expression | undefined, stop: Stop): Promise<Row[] | null> =>
    absentAsNull(client.list(entity, filter, stop));
  const ofCompany = <Row>(entity: Entity<Row>) =>
    cache.of((legalEntity, stop) => optional(entity, textEquals('dataAreaId', legalEntity), stop));

  const ledger = cache.of(async (legalEntity, stop) => {
    const rows = await optional(entities.ledgers, textEquals('LegalEntityId', legalEntity), stop);
    return rows?.find((row) => sameText(row.LegalEntityId, legalEntity)) ?? null;
  });

  const delimiter = cache.of(async (_key, stop) => {
    const rows = await optional(entities.dimensionParameters, undefined, stop);
    return delimiterOf(rows?.[0]?.DimensionSegmentDelimiter ?? '') ?? DEFAULT_DELIMITER;
  });

  const formats = cache.of((_key, stop) => optional(entities.dimensionFormats, undefined, stop));

  const dimensionSetup = async (stop: Stop): Promise<DimensionSetup> => {
    const [joint, rows] = await Promise.all([delimiter('', stop), formats('', stop)]);
    const order = (type: string) => {
      const row = rows?.find((candidate) => candidate.IsActive && candidate.DimensionFormatType === type);
      return row === undefined ? null : readFormat(row.FinancialDimensionFormat, joint);
    };
    return {
      delimiter: joint,
      accountOrder: settings.dimensions.account ?? order('DataEntityLedgerDimensionFormat'),
      defaultOrder: settings.dimensions.default ?? order('DataEntityDefaultDimensionFormat'),
    };
  };

  return {
    forget: () => cache.forget(),
    dimensionSetup,
    ledger,
    legalEntities: cache.of((_key, stop) => optional(entities.legalEntities, undefined, stop)),
    ledgers: cache.of((_key, stop) => optional(entities.ledgers, undefined, stop)),
    journalNames: ofCompany(entities.journalNames),
    /** Whether `*` in a comparison stands for anything, as F&O has it: some name of a journal must then match. */
    understandsWildcards: cache.of(async (legalEntity, stop) => {
      const filter = allOf(textEquals('dataAreaId', legalEntity), textBegins('Name', ''));
      const rows = await optional(entities.journalNames, filter, stop);
      return rows !== null && rows.length > 0;
    }),
    /** Whether this user may read the posted ledger; asked with a document that nobody has. */
    showsPostedLedger: cache.of(async (legalEntity, stop) => {
      const filter = allOf(
        textEquals('SubledgerVoucherDataAreaId', legalEntity),
        textEquals('DocumentNumber', 'DB00000000000000000-'),
      );
      return (await optional(entities.generalJournalEntries, filter, stop)) !== null;
    }),
    bankAccounts: ofCompany(entities.bankAccounts),
    customers: ofCompany(entities.customers),
    vendorBankAccounts: ofCompany(entities.vendorBankAccounts),
    vendors: cache.of(async (legalEntity, stop): Rows<typeof entities.vendors> => {
      const filter = textEquals('dataAreaId', legalEntity);
      return (await optional(entities.vendors, filter, stop)) ?? (await optional(entities.vendorsV2, filter, stop));
    }),
    mainAccounts: cache.of(async (legalEntity, stop): Rows<typeof entities.mainAccounts> => {
      const chart = (await ledger(legalEntity, stop))?.ChartOfAccounts;
      if (chart === undefined || chart === '') return null;
      return optional(entities.mainAccounts, textEquals('ChartOfAccounts', chart), stop);
    }),
    /** What the company itself sets on a shared main account: suspended here, though not elsewhere. */
    accountOverrides: cache.of((legalEntity, stop) =>
      optional(entities.mainAccountLegalEntities, textEquals('LegalEntityId', legalEntity), stop),
    ),
    fiscalPeriods: cache.of((calendar, stop) =>
      optional(entities.fiscalPeriods, textEquals('Calendar', calendar), stop),
    ),
    periodStates: cache.of((legalEntity, stop) =>
      optional(entities.ledgerFiscalPeriods, textEquals('LegalEntityId', legalEntity), stop),
    ),
    /** Values of the dimensions that this environment's strings hold: the company's own and the shared ones. */
    dimensionValues: cache.of(async (legalEntity, stop): Rows<typeof entities.dimensionValues> => {
      const names = dimensionNames(await dimensionSetup(stop));
      if (names.length === 0) return [];
      const filter = anyOf(...names.map((name) => textEquals('FinancialDimension', name)));
      const rows = await optional(entities.dimensionValues, filter, stop);
      return rows?.filter((row) => row.LegalEntityId === '' || sameText(row.LegalEntityId, legalEntity)) ?? null;
    }),
    currencies: cache.of((_key, stop) => optional(entities.currencies, undefined, stop)),
    exchangeRates: cache.of((rateType, stop) =>
      optional(entities.exchangeRates, textEquals('RateTypeName', rateType), stop),
    ),
  };
}

/** Names of the dimensions in both strings, without the main account, in the account string's order. */
export function dimensionNames(setup: DimensionSetup): string[] {
  const names = [...(setup.accountOrder ?? []), ...(setup.defaultOrder ?? [])];
  return [...new Set(names)].filter((name) => name !== MAIN_ACCOUNT);
}

/** The ERP compares codes without regard to case, and returns company codes in either. */
export function sameText(a: string, b: string): boolean {
  return a.toUpperCase() === b.toUpperCase();
}
