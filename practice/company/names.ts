/** The practice companies by name; in a file of its own, so that a command line can list them without loading them. */
export const COMPANY_NAMES = ['harbor', 'kade'] as const;

export type CompanyName = (typeof COMPANY_NAMES)[number];

export const DEFAULT_COMPANY = 'harbor';

/**
 * The company after `--company` among a program's arguments, the default one where none is named.
 * @throws RangeError for a name that there is not
 */
export function companyAmong(argv: readonly string[]): CompanyName {
  const at = argv.indexOf('--company');
  const name = at === -1 ? DEFAULT_COMPANY : argv[at + 1];
  const found = COMPANY_NAMES.find((one) => one === name);
  if (found === undefined) throw new RangeError(`--company is one of ${COMPANY_NAMES.join(', ')}`);
  return found;
}
