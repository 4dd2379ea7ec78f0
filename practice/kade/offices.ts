/** The three offices of Atelier Kade: one company, one division of Exact Online and one country site each. */

export type OfficeKey = 'nl' | 'be' | 'de';

/** What an account of the chart is for; each country has its own numbers and names for it. */
export type Role =
  | 'capital'
  | 'opening'
  | 'transit'
  | 'onItsWay'
  | 'suspense'
  | 'receivable'
  | 'payable'
  | 'vatToPay'
  | 'vatToClaim'
  | 'group'
  | 'wages'
  | 'wageTax'
  | 'rent'
  | 'energy'
  | 'travel'
  | 'office'
  | 'software'
  | 'marketing'
  | 'bankFees'
  | 'terminalFees'
  | 'materials'
  | 'sales'
  | 'interest';

/** What a line is taxed as; each country has its own codes for it. */
export type Vat = 'none' | 'purchase' | 'purchaseLow' | 'sale' | 'reverse';

export type VatCode = readonly [code: string, description: string, percentage: string];

export type Office = {
  readonly key: OfficeKey;
  /** Code of its division on its country site. */
  readonly division: number;
  readonly company: string;
  /** As banks write the company in texts of the others. */
  readonly inTexts: string;
  readonly country: string;
  readonly city: string;
  readonly vatNumber: string;
  readonly email: string;
  readonly phone: string;
  readonly address: {
    readonly city: string;
    readonly country: string;
    readonly postal_code: string;
    readonly region: string | null;
    readonly street: string;
  };
  readonly chart: Readonly<Record<Role, readonly [code: string, description: string]>>;
  readonly vat: Readonly<Record<Vat, VatCode>>;
  /** Workshop, studio and shop. */
  readonly costCenters: {
    readonly workshop: readonly [string, string];
    readonly studio: readonly [string, string];
    readonly shop: readonly [string, string];
  };
  /** Projects. */
  readonly costUnits: ReadonlyArray<readonly [code: string, description: string]>;
};

const nl: Office = {
  key: 'nl',
  division: 3120045,
  company: 'Atelier Kade B.V.',
  inTexts: 'Atelier Kade B.V. Rotterdam',
  country: 'NL',
  city: 'Rotterdam',
  vatNumber: 'NL861234567B01',
  email: 'rotterdam@kade.example',
  phone: '+31105550120',
  address: { city: 'Rotterdam', country: 'NL', postal_code: '3016 GA', region: null, street: 'Maaskade 12' },
  chart: {
    capital: ['0500', 'Aandelenkapitaal'],
    opening: ['0599', 'Beginbalans'],
    transit: ['1290', 'Kruisposten'],
    onItsWay: ['1295', 'Betalingen onderweg'],
    suspense: ['2999', 'Vraagposten'],
    receivable: ['1300', 'Debiteuren'],
    payable: ['1400', 'Crediteuren'],
    vatToPay: ['1500', 'Btw te betalen'],
    vatToClaim: ['1520', 'Btw te vorderen'],
    group: ['1610', 'Rekening-courant groep'],
    wages: ['1700', 'Nettolonen'],
    wageTax: ['1710', 'Loonheffingen'],
    rent: ['4100', 'Huur'],
    energy: ['4120', 'Gas, water en elektra'],
    travel: ['4400', 'Reis- en vervoerskosten'],
    office: ['4500', 'Kantoorkosten'],
    software: ['4510', 'Software en abonnementen'],
    marketing: ['4600', 'Reclame en beurzen'],
    bankFees: ['4700', 'Bankkosten'],
    terminalFees: ['4710', 'Kosten pintransacties'],
    materials: ['7000', 'Inkoop materialen'],
    sales: ['8000', 'Omzet winkel'],
    interest: ['9100', 'Rentebaten'],
  },
  vat: {
    none: ['0', 'Geen btw', '0'],
    purchase: ['4', 'Btw hoog, inclusief', '21'],
    purchaseLow: ['1', 'Btw laag, inclusief', '9'],
    sale: ['2', 'Btw hoog verkoop, inclusief', '21'],
    reverse: ['6', 'Btw verlegd buitenland', '0'],
  },
  costCenters: {
    workshop: ['WERK', 'Werkplaats Rotterdam'],
    studio: ['STUDIO', 'Ontwerpstudio'],
    shop: ['WINKEL', 'Winkel Witte de With'],
  },
  costUnits: [
    ['P101', 'Hotel Maas, lobby'],
    ['P102', 'Bibliotheek Delft'],
  ],
};

const be: Office = {
  key: 'be',
  division: 2204118,
  company: 'Atelier Kade BV',
  inTexts: 'Atelier Kade BV Gent',
  country: 'BE',
  city: 'Gent',
  vatNumber: 'BE0734567890',
  email: 'gent@kade.example',
  phone: '+3295550130',
  address: { city: 'Gent', country: 'BE', postal_code: '9000', region: null, street: 'Leiekaai 7' },
  chart: {
    capital: ['100000', 'Kapitaal'],
    opening: ['149000', 'Overgedragen resultaat'],
    transit: ['580000', 'Interne overboekingen'],
    onItsWay: ['580100', 'Betalingen onderweg'],
    suspense: ['499000', 'Wachtrekening'],
    receivable: ['400000', 'Handelsdebiteuren'],
    payable: ['440000', 'Leveranciers'],
    vatToPay: ['451000', 'Te betalen btw'],
    vatToClaim: ['411000', 'Terug te vorderen btw'],
    group: ['416000', 'Rekening-courant groep'],
    wages: ['455000', 'Bezoldigingen'],
    wageTax: ['453000', 'Ingehouden voorheffing'],
    rent: ['610000', 'Huur en huurlasten'],
    energy: ['612000', 'Elektriciteit, gas en water'],
    travel: ['616000', 'Vervoerkosten'],
    office: ['613000', 'Kantoorbenodigdheden'],
    software: ['613500', 'Software en licenties'],
    marketing: ['615000', 'Publiciteit'],
    bankFees: ['657000', 'Bankkosten'],
    terminalFees: ['657100', 'Kosten betaalterminal'],
    materials: ['604000', 'Aankopen handelsgoederen'],
    sales: ['700000', 'Verkopen winkel'],
    interest: ['751000', 'Renteopbrengsten'],
  },
  vat: {
    none: ['0', 'Geen btw', '0'],
    purchase: ['A21', 'Aankoop 21%, inclusief', '21'],
    purchaseLow: ['A6', 'Aankoop 6%, inclusief', '6'],
    sale: ['V21', 'Verkoop 21%, inclusief', '21'],
    reverse: ['AIC', 'Verwerving in de EU', '0'],
  },
  costCenters: {
    workshop: ['ATELIER', 'Atelier Gent'],
    studio: ['STUDIO', 'Ontwerpstudio Gent'],
    shop: ['WINKEL', 'Winkel Kouter'],
  },
  costUnits: [
    ['P201', 'Brasserie Graslei'],
    ['P202', 'Kantoor Leiezicht'],
  ],
};

const de: Office = {
  key: 'de',
  division: 1988302,
  company: 'Atelier Kade GmbH',
  inTexts: 'Atelier Kade GmbH Köln',
  country: 'DE',
  city: 'Köln',
  vatNumber: 'DE312345678',
  email: 'koeln@kade.example',
  phone: '+492215550140',
  address: { city: 'Köln', country: 'DE', postal_code: '50667', region: 'NW', street: 'Am Rheinufer 3' },
  chart: {
    capital: ['0800', 'Gezeichnetes Kapital'],
    opening: ['9000', 'Saldenvorträge'],
    transit: ['1360', 'Geldtransit'],
    onItsWay: ['1361', 'Zahlungen unterwegs'],
    suspense: ['1599', 'Ungeklärte Posten'],
    receivable: ['1400', 'Forderungen aus Lieferungen und Leistungen'],
    payable: ['1600', 'Verbindlichkeiten aus Lieferungen und Leistungen'],
    vatToPay: ['1776', 'Umsatzsteuer 19 %'],
    vatToClaim: ['1576', 'Abziehbare Vorsteuer'],
    group: ['1705', 'Verrechnungskonto Gruppe'],
    wages: ['1740', 'Verbindlichkeiten aus Lohn und Gehalt'],
    wageTax: ['1741', 'Verbindlichkeiten Lohnsteuer'],
    rent: ['4210', 'Miete'],
    energy: ['4240', 'Gas, Strom, Wasser'],
    travel: ['4670', 'Reisekosten'],
    office: ['4930', 'Bürobedarf'],
    software: ['4964', 'Software und Lizenzen'],
    marketing: ['4610', 'Werbekosten'],
    bankFees: ['4970', 'Nebenkosten des Geldverkehrs'],
    terminalFees: ['4975', 'Gebühren Kartenzahlung'],
    materials: ['3400', 'Wareneingang 19 % Vorsteuer'],
    sales: ['8400', 'Erlöse 19 % USt'],
    interest: ['2650', 'Zinserträge'],
  },
  vat: {
    none: ['0', 'Keine Umsatzsteuer', '0'],
    purchase: ['V19', 'Vorsteuer 19 %, brutto', '19'],
    purchaseLow: ['V7', 'Vorsteuer 7 %, brutto', '7'],
    sale: ['U19', 'Umsatzsteuer 19 %, brutto', '19'],
    reverse: ['R13B', 'Reverse Charge § 13b', '0'],
  },
  costCenters: {
    workshop: ['WERK', 'Werkstatt Köln'],
    studio: ['STUDIO', 'Entwurfsstudio Köln'],
    shop: ['LADEN', 'Laden Ehrenfeld'],
  },
  costUnits: [
    ['P301', 'Kanzlei am Dom'],
    ['P302', 'Café Süd'],
  ],
};

export const OFFICES: Readonly<Record<OfficeKey, Office>> = { nl, be, de };

export const OFFICE_LIST: readonly Office[] = [nl, be, de];
