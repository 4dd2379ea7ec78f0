/** Bugs that a ledger poster could well have. The simulation must catch each of them: see docs/reliability.md. */
import type { CompanyName } from '../company.ts';
import { CONNECTOR_BUGS } from './connector-bugs.ts';
import { FEED_BUGS } from './feed-bugs.ts';
import { POSTING_BUGS } from './posting-bugs.ts';
import { STORE_BUGS } from './store-bugs.ts';

export type Edit = {
  /** Path from the repository's root. */
  readonly file: string;
  /** A text that stands in the file exactly once. */
  readonly find: string;
  readonly replace: string;
};

export type PlantedBug = {
  readonly name: string;
  readonly about: string;
  /** The company that has what the bug needs; any unless told. */
  readonly company?: CompanyName;
  readonly edits: readonly Edit[];
};

export const BUGS: readonly PlantedBug[] = [...POSTING_BUGS, ...FEED_BUGS, ...CONNECTOR_BUGS, ...STORE_BUGS];

/** @throws RangeError for a name that no bug has */
export function bugNamed(name: string): PlantedBug {
  const bug = BUGS.find((one) => one.name === name);
  if (bug === undefined)
    throw new RangeError(`no planted bug is called ${name}; there are ${BUGS.map((one) => one.name).join(', ')}`);
  return bug;
}
