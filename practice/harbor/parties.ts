/** Vendors and customers of Harbor Property Group. Their ids have hyphens, as in Contoso: `V-1001`, `C-0001`. */

/** How a vendor's payments are coded: on the vendor's account, or at once on an expense account. */
export type Vendor = {
  readonly id: string;
  readonly name: string;
  /** As it stands in bank texts; the rules look for it. */
  readonly label: string;
  /** Plaid's category. */
  readonly category: readonly [primary: string, detailed: string];
  /** Null: through accounts payable, on the vendor's own account. */
  readonly expense: string | null;
  readonly costCenter: string;
  /** Usual payment in cents: from, to. */
  readonly usual: readonly [number, number];
  readonly paidBy: 'ach' | 'check' | 'card';
};

const UTILITY = 'RENT_AND_UTILITIES';
const HOME = 'HOME_IMPROVEMENT';
const SERVICE = 'GENERAL_SERVICES';
const GOODS = 'GENERAL_MERCHANDISE';

export const VENDORS: readonly Vendor[] = [
  vendor(
    'V-1001',
    'Bay State Electric',
    'BAYSTATE ELECTRIC',
    [UTILITY, 'GAS_AND_ELECTRICITY'],
    '603000',
    '030',
    18_000,
    420_000,
    'ach',
  ),
  vendor(
    'V-1002',
    'Harbor Water and Sewer',
    'HARBOR WATER SEWER',
    [UTILITY, 'WATER'],
    '604000',
    '030',
    9_000,
    260_000,
    'ach',
  ),
  vendor(
    'V-1003',
    'Pilgrim Gas',
    'PILGRIM GAS CO',
    [UTILITY, 'GAS_AND_ELECTRICITY'],
    '605000',
    '030',
    7_000,
    180_000,
    'ach',
  ),
  vendor(
    'V-1004',
    'Coastline Waste',
    'COASTLINE WASTE',
    [UTILITY, 'SEWAGE_AND_WASTE_MANAGEMENT'],
    '605500',
    '030',
    22_000,
    96_000,
    'ach',
  ),
  vendor('V-1005', 'Beacon Telecom', 'BEACON TELECOM', [UTILITY, 'TELEPHONE'], '606000', '010', 6_500, 48_000, 'ach'),
  vendor(
    'V-1006',
    'Granite Mutual Insurance',
    'GRANITE MUTUAL INS',
    [SERVICE, 'INSURANCE'],
    '607000',
    '010',
    140_000,
    900_000,
    'ach',
  ),
  vendor(
    'V-1007',
    'Eastport Roofing',
    'EASTPORT ROOFING',
    [HOME, 'REPAIR_AND_MAINTENANCE'],
    null,
    '030',
    80_000,
    1_400_000,
    'check',
  ),
  vendor(
    'V-1008',
    'Kowalski Plumbing',
    'KOWALSKI PLUMBING',
    [HOME, 'REPAIR_AND_MAINTENANCE'],
    null,
    '030',
    12_000,
    240_000,
    'ach',
  ),
  vendor(
    'V-1009',
    'Ocean Breeze HVAC',
    'OCEAN BREEZE HVAC',
    [HOME, 'REPAIR_AND_MAINTENANCE'],
    null,
    '030',
    15_000,
    480_000,
    'ach',
  ),
  vendor(
    'V-1010',
    'Green Thumb Landscaping',
    'GREEN THUMB LANDSC',
    [HOME, 'REPAIR_AND_MAINTENANCE'],
    '602000',
    '030',
    24_000,
    160_000,
    'ach',
  ),
  vendor('V-1011', 'Sentry Alarm', 'SENTRY ALARM', [HOME, 'SECURITY'], '601500', '040', 8_000, 45_000, 'ach'),
  vendor(
    'V-1012',
    'Otis & Daughters Elevators',
    'OTIS DAUGHTERS ELEV',
    [HOME, 'REPAIR_AND_MAINTENANCE'],
    null,
    '030',
    30_000,
    520_000,
    'check',
  ),
  vendor(
    'V-1013',
    'Whitaker & Lowe LLP',
    'WHITAKER LOWE LLP',
    [SERVICE, 'ACCOUNTING_AND_FINANCIAL_PLANNING'],
    '609000',
    '010',
    50_000,
    650_000,
    'check',
  ),
  vendor(
    'V-1014',
    'Brightway Cleaning',
    'BRIGHTWAY CLEANING',
    [HOME, 'OTHER_HOME_IMPROVEMENT'],
    '601000',
    '030',
    18_000,
    140_000,
    'ach',
  ),
  vendor(
    'V-1015',
    'Keystone Pest Control',
    'KEYSTONE PEST',
    [HOME, 'OTHER_HOME_IMPROVEMENT'],
    '601000',
    '030',
    9_000,
    64_000,
    'ach',
  ),
  vendor('V-1016', 'Bluefin Paint Supply', 'BLUEFIN PAINT', [HOME, 'HARDWARE'], '601000', '030', 2_400, 58_000, 'card'),
  vendor('V-1017', 'Anchor Hardware', 'ANCHOR HARDWARE', [HOME, 'HARDWARE'], '601000', '030', 800, 42_000, 'card'),
  vendor(
    'V-1018',
    'Paperclip Office Supply',
    'PAPERCLIP OFFICE',
    [GOODS, 'OFFICE_SUPPLIES'],
    '610000',
    '010',
    1_200,
    38_000,
    'card',
  ),
  vendor(
    'V-1019',
    'Leaselight Software',
    'LEASELIGHT',
    [SERVICE, 'OTHER_GENERAL_SERVICES'],
    '611000',
    '010',
    4_900,
    89_000,
    'card',
  ),
  vendor(
    'V-1020',
    'Quickfill Fuel',
    'QUICKFILL FUEL',
    ['TRANSPORTATION', 'GAS'],
    '612000',
    '030',
    2_100,
    12_500,
    'card',
  ),
  vendor(
    'V-1021',
    'Harbor Listings',
    'HARBOR LISTINGS',
    [SERVICE, 'OTHER_GENERAL_SERVICES'],
    '613000',
    '020',
    9_900,
    120_000,
    'card',
  ),
  vendor(
    'V-1022',
    'Northeast Appliance',
    'NE APPLIANCE',
    [HOME, 'FURNITURE'],
    '601000',
    '030',
    24_000,
    210_000,
    'card',
  ),
];

/** A homeowners' association that Harbor manages and bills each month. A customer of HPGM. */
export type Customer = { readonly id: string; readonly name: string; readonly label: string };

export const CUSTOMERS: readonly Customer[] = [
  'Aspen Grove',
  'Birch Landing',
  'Coral Bay',
  'Dune Crest',
  'Elm Park',
  'Falcon Heights',
  'Gull Cove',
  'Hawthorn Hill',
  'Ironworks Yard',
  'Juniper Flats',
  'Kings Wharf',
  'Linden Square',
  'Mariner Point',
  'Narrows View',
  'Old Mill',
  'Pine Hollow',
  'Quayside',
  'Rope Walk',
  'Saltmarsh',
  'Tannery Row',
  'Union Wharf',
  'Vista Lane',
  'Windmill Green',
  'Yarrow Field',
].map((name, index) => ({
  id: `C-${String(index + 1).padStart(4, '0')}`,
  name: `${name} Homeowners Association`,
  label: `${name.toUpperCase()} HOA`,
}));

function vendor(
  id: string,
  name: string,
  label: string,
  [primary, detail]: readonly [string, string],
  expense: string | null,
  costCenter: string,
  from: number,
  to: number,
  paidBy: Vendor['paidBy'],
): Vendor {
  return {
    id,
    name,
    label,
    category: [primary, `${primary}_${detail}`],
    expense,
    costCenter,
    usual: [from, to],
    paidBy,
  };
}
