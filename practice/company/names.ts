/** The practice companies by name; in a file of its own, so that a command line can list them without loading them. */
export const COMPANY_NAMES = ['harbor', 'kade'] as const;

export type CompanyName = (typeof COMPANY_NAMES)[number];

export const DEFAULT_COMPANY = 'harbor';
