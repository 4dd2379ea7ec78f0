/** Suppliers and customers of Atelier Kade. Codes are Exact's relation codes. */
import { belgian, iban } from './iban.ts';
import type { OfficeKey, Role, Vat } from './offices.ts';

export type CostCenterRole = 'workshop' | 'studio' | 'shop';

export type Supplier = {
  readonly office: OfficeKey;
  readonly code: string;
  readonly name: string;
  /** As banks write it; rules look for it. */
  readonly label: string;
  readonly iban: string;
  /** Null: an invoice is booked already and the payment goes to the supplier's own account. */
  readonly cost: { readonly role: Role; readonly vat: Vat; readonly costCenter: CostCenterRole } | null;
  /** Index of the project that its costs belong to. */
  readonly project: number | null;
  /** Usual payment in cents: from, to. */
  readonly usual: readonly [number, number];
  readonly paidBy: 'transfer' | 'debit' | 'card';
};

export type Customer = {
  readonly office: OfficeKey;
  readonly code: string;
  readonly name: string;
  readonly label: string;
  readonly iban: string | null;
  readonly currency: 'EUR' | 'USD';
};

const dutch = (bban: string) => iban('NL', bban);
const german = (bban: string) => iban('DE', bban);
const ofBelgium = (ten: string) => iban('BE', belgian(ten));

const invoiced = (
  office: OfficeKey,
  code: string,
  name: string,
  label: string,
  account: string,
  usual: readonly [number, number],
): Supplier => ({ office, code, name, label, iban: account, cost: null, project: null, usual, paidBy: 'transfer' });

const direct = (
  office: OfficeKey,
  code: string,
  name: string,
  label: string,
  account: string,
  paidBy: Supplier['paidBy'],
  cost: Supplier['cost'],
  usual: readonly [number, number],
  project: number | null = null,
): Supplier => ({ office, code, name, label, iban: account, cost, project, usual, paidBy });

const cost = (role: Role, costCenter: CostCenterRole, vat: Vat = 'purchase') => ({ role, vat, costCenter });

export const SUPPLIERS: readonly Supplier[] = [
  invoiced(
    'nl',
    '40001',
    'Houthandel De Vries B.V.',
    'Houthandel De Vries',
    dutch('MRWB0300112233'),
    [45_000, 980_000],
  ),
  invoiced('nl', '40002', 'Staalbouw Van Dongen', 'Staalbouw Van Dongen', dutch('POLD0412345678'), [80_000, 640_000]),
  invoiced('nl', '40003', 'Textiel & Zoon', 'Textiel & Zoon', dutch('POLD0498765432'), [22_000, 310_000]),
  invoiced(
    'nl',
    '40004',
    'Atelier Océane SARL',
    'Atelier Océane',
    iban('FR', '30006000011234567890189'),
    [60_000, 520_000],
  ),
  direct(
    'nl',
    '40010',
    'Maasstroom Energie',
    'Maasstroom Energie',
    dutch('MRWB0355667788'),
    'debit',
    cost('energy', 'workshop'),
    [18_000, 92_000],
  ),
  direct(
    'nl',
    '40011',
    'KPM Zakelijk',
    'KPM Zakelijk',
    dutch('POLD0455443322'),
    'debit',
    cost('office', 'studio'),
    [6_000, 24_000],
  ),
  direct(
    'nl',
    '40012',
    'Koeriersdienst Hermes',
    'Koeriersdienst Hermes',
    dutch('POLD0466778899'),
    'transfer',
    cost('travel', 'shop'),
    [2_500, 38_000],
  ),
  direct(
    'nl',
    '40013',
    'Lakspuiterij Zuid',
    'Lakspuiterij Zuid',
    dutch('MRWB0377665544'),
    'transfer',
    cost('materials', 'workshop'),
    [15_000, 180_000],
    0,
  ),
  direct(
    'nl',
    '40014',
    'Montagebedrijf Kool',
    'Montagebedrijf Kool',
    dutch('MRWB0311998877'),
    'transfer',
    cost('materials', 'workshop'),
    [25_000, 260_000],
    1,
  ),
  direct(
    'nl',
    '40020',
    'Bouwmarkt Blokker & Co',
    'BOUWMARKT BLOKKER',
    dutch('POLD0400000001'),
    'card',
    cost('materials', 'workshop'),
    [900, 24_000],
  ),
  direct(
    'nl',
    '40021',
    'NS Reizigers Zakelijk',
    'NS ZAKELIJK',
    dutch('POLD0400000002'),
    'card',
    cost('travel', 'studio', 'purchaseLow'),
    [600, 9_800],
  ),
  direct(
    'nl',
    '40022',
    'Papier en Penseel',
    'PAPIER EN PENSEEL',
    dutch('POLD0400000003'),
    'card',
    cost('office', 'studio'),
    [450, 14_000],
  ),
  direct(
    'nl',
    '40023',
    'Vormgevers Cloud Ltd',
    'VORMGEVERS CLOUD',
    iban('IE', 'AIBK93115212345678'),
    'card',
    cost('software', 'studio', 'reverse'),
    [1_200, 18_900],
  ),
  direct(
    'nl',
    '40024',
    'Café Het Anker',
    'CAFÉ HET ANKER',
    dutch('POLD0400000005'),
    'card',
    cost('marketing', 'shop', 'purchaseLow'),
    [800, 16_500],
  ),
  invoiced(
    'be',
    '41001',
    'Schrijnwerkerij Péeters',
    'Schrijnwerkerij Péeters',
    ofBelgium('3630112233'),
    [30_000, 420_000],
  ),
  invoiced(
    'be',
    '41002',
    'Meubelstoffen Van Hove',
    'Meubelstoffen Van Hove',
    ofBelgium('7340998877'),
    [18_000, 260_000],
  ),
  direct(
    'be',
    '41010',
    'Leie Energie',
    'Leie Energie',
    ofBelgium('0015667788'),
    'debit',
    cost('energy', 'workshop'),
    [14_000, 68_000],
  ),
  direct(
    'be',
    '41011',
    'Drukkerij Sint-Jacobs',
    'Drukkerij Sint-Jacobs',
    ofBelgium('0016778899'),
    'transfer',
    cost('marketing', 'shop'),
    [5_000, 90_000],
  ),
  direct(
    'be',
    '41012',
    'Glasatelier Desmet',
    'Glasatelier Desmet',
    ofBelgium('0017889900'),
    'transfer',
    cost('materials', 'workshop'),
    [20_000, 190_000],
    0,
  ),
  invoiced(
    'de',
    '42001',
    'Holzhandlung Müller GmbH',
    'Holzhandlung Müller',
    german('370999010001122334'),
    [40_000, 720_000],
  ),
  invoiced(
    'de',
    '42002',
    'Polsterei Größe & Söhne',
    'Polsterei Größe',
    german('380888010002233445'),
    [25_000, 380_000],
  ),
  direct(
    'de',
    '42010',
    'Rheinkraft Stadtwerke',
    'Rheinkraft Stadtwerke',
    german('370999010003344556'),
    'debit',
    cost('energy', 'workshop'),
    [16_000, 84_000],
  ),
  direct(
    'de',
    '42011',
    'Bürobedarf Schäfer',
    'Bürobedarf Schäfer',
    german('380888010004455667'),
    'transfer',
    cost('office', 'studio'),
    [1_800, 42_000],
  ),
  direct(
    'de',
    '42012',
    'Spedition Krüger',
    'Spedition Krüger',
    german('380888010005566778'),
    'transfer',
    cost('travel', 'shop'),
    [6_000, 120_000],
  ),
  direct(
    'de',
    '42013',
    'Tischlerei Weiß',
    'Tischlerei Weiß',
    german('370999010006677889'),
    'transfer',
    cost('materials', 'workshop'),
    [30_000, 240_000],
    0,
  ),
];

export const CUSTOMERS: readonly Customer[] = [
  customer('nl', '10001', 'Hotel Maas N.V.', 'Hotel Maas', dutch('POLD0411223344')),
  customer('nl', '10002', 'Stichting Bibliotheek Delft', 'Bibliotheek Delft', dutch('MRWB0322334455')),
  customer('nl', '10003', 'Architectenbureau Zaal', 'Architectenbureau Zaal', dutch('POLD0433445566')),
  customer('nl', '10004', 'Restaurant De Pont', 'Restaurant De Pont', dutch('MRWB0344556677')),
  customer('nl', '10005', 'Fam. ’t Hoen-Jansen', "Fam. 't Hoen-Jansen", dutch('POLD0455667788')),
  customer('nl', '10101', 'Bowery Interiors LLC', 'Bowery Interiors', null, 'USD'),
  customer('nl', '10102', 'Hudson Loft Partners', 'Hudson Loft', null, 'USD'),
  customer('be', '11001', 'Brasserie Graslei', 'Brasserie Graslei', ofBelgium('3630445566')),
  customer('be', '11002', 'Notariaat D’Hondt', "Notariaat D'Hondt", ofBelgium('7340556677')),
  customer('be', '11003', 'Galerie Éphémère', 'Galerie Éphémère', ofBelgium('0018990011')),
  customer('de', '12001', 'Kanzlei am Dom', 'Kanzlei am Dom', german('380888010011223344')),
  customer('de', '12002', 'Café Süd GmbH', 'Café Süd', german('370999010022334455')),
  customer('de', '12003', 'Hausverwaltung Böhm', 'Hausverwaltung Böhm', german('380888010033445566')),
];

function customer(
  office: OfficeKey,
  code: string,
  name: string,
  label: string,
  account: string | null,
  currency: Customer['currency'] = 'EUR',
): Customer {
  return { office, code, name, label, iban: account, currency };
}

export function suppliersOf(office: OfficeKey, paidBy: Supplier['paidBy']): readonly Supplier[] {
  return SUPPLIERS.filter((supplier) => supplier.office === office && supplier.paidBy === paidBy);
}

export function customersOf(office: OfficeKey, currency: Customer['currency'] = 'EUR'): readonly Customer[] {
  return CUSTOMERS.filter((one) => one.office === office && one.currency === currency);
}
