/** The buildings and storage sites of Harbor Property Group. `code` is the value of the Property dimension. */
export type Property = {
  /** `P-12` has a hyphen, the delimiter of the account string: it must arrive escaped. */
  readonly code: string;
  readonly name: string;
  /** As it stands in bank texts. */
  readonly label: string;
  readonly kind: 'residential' | 'storage';
  readonly units: number;
};

export const PROPERTIES: readonly Property[] = [
  { code: 'P01', name: 'Harborview Apartments', label: 'HARBORVIEW APTS', kind: 'residential', units: 96 },
  { code: 'P02', name: 'Maple Court', label: 'MAPLE COURT', kind: 'residential', units: 84 },
  { code: 'P03', name: 'Pier Street Lofts', label: 'PIER STREET LOFTS', kind: 'residential', units: 72 },
  { code: 'P04', name: 'Cedar Ridge', label: 'CEDAR RIDGE', kind: 'residential', units: 90 },
  { code: 'P05', name: 'Lighthouse Terrace', label: 'LIGHTHOUSE TER', kind: 'residential', units: 78 },
  { code: 'P06', name: 'Bayside Commons', label: 'BAYSIDE COMMONS', kind: 'residential', units: 100 },
  { code: 'P07', name: 'Quarry Hill', label: 'QUARRY HILL', kind: 'residential', units: 80 },
  { code: 'P08', name: 'Dockside Storage', label: 'DOCKSIDE STORAGE', kind: 'storage', units: 260 },
  { code: 'P09', name: 'Route 9 Storage', label: 'ROUTE 9 STORAGE', kind: 'storage', units: 220 },
  { code: 'P10', name: 'Millbrook Storage', label: 'MILLBROOK STORAGE', kind: 'storage', units: 180 },
  { code: 'P11', name: 'Eastgate Storage', label: 'EASTGATE STORAGE', kind: 'storage', units: 160 },
  { code: 'P-12', name: 'Harbor Point Storage', label: 'HARBOR PT STORAGE', kind: 'storage', units: 140 },
];
