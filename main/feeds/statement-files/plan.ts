import { DaybookError } from '../../core/errors.ts';
import type { Cipher } from '../../core/ports.ts';
import { withLine } from '../../statement-files/refusal.ts';
import type { Statement, StatementFile } from '../../statement-files/statement.ts';
import type { Reader } from '../../store/store.ts';
import { sameAccount as sameNumber } from './account-names.ts';
import { type Chain, chainOf, type Link } from './chain.ts';
import {
  type FileGroup,
  groupsOf,
  lastFour,
  otherFeedOf,
  type StoredAccount,
  storedAccounts,
} from './file-accounts.ts';
import { knownStatements } from './known.ts';
import { balancesAfter, type KnownStatement, matchRows } from './match-rows.ts';

/** What a person says about an account of a file, by its key. */
export type AccountChoice = {
  readonly key: string;
  /** The account that it is; absent: found by its number, or a new one. */
  readonly feedAccountId?: string | undefined;
  /** Name of a new account. */
  readonly name?: string | undefined;
};

export type PlannedStatement = {
  readonly statement: Statement;
  /** By row: the line that is here already (positive), or a number below zero for a new one. */
  readonly lines: readonly bigint[];
  readonly balances: ReadonlyArray<bigint | null>;
  /** Nothing of it is new: it is here already, perhaps in another format. */
  readonly known: boolean;
};

export type PlannedAccount = {
  readonly group: FileGroup;
  readonly account: StoredAccount | null;
  readonly name: string;
  readonly last4: string | null;
  /** Why nothing of this account is taken in; null = it is. */
  readonly blocked: string | null;
  readonly statements: readonly PlannedStatement[];
  readonly newLines: number;
  readonly knownLines: number;
  readonly unreadable: number;
  /** The statements of the account, those of the file included. */
  readonly chain: Chain;
};

/** What taking in a file would do. Reads only. @throws DaybookError `not_found` for a chosen account. */
export async function planImport(
  db: Reader,
  cipher: Cipher,
  file: StatementFile,
  choices: readonly AccountChoice[],
  breathe: () => Promise<void>,
): Promise<PlannedAccount[]> {
  const stored = await storedAccounts(db, cipher);
  const planned: PlannedAccount[] = [];
  for (const group of groupsOf(file)) {
    await breathe();
    const choice = choices.find(({ key }) => key === group.key);
    const account = accountOf(stored, group, choice);
    planned.push(await planAccount(db, cipher, file.format, { group, account, choice }));
  }
  return planned;
}

function accountOf(
  stored: readonly StoredAccount[],
  group: FileGroup,
  choice: AccountChoice | undefined,
): StoredAccount | null {
  if (choice?.feedAccountId !== undefined) {
    const chosen = stored.find(({ id }) => id === choice.feedAccountId);
    if (chosen === undefined)
      throw new DaybookError('not_found', `There is no account ${choice.feedAccountId} that statement files feed.`);
    return chosen;
  }
  const { number, currency } = group;
  if (number === null) return null;
  return (
    stored.find((one) => one.currency === currency && one.number !== null && sameNumber(one.number, number)) ?? null
  );
}

type Deciding = {
  readonly group: FileGroup;
  readonly account: StoredAccount | null;
  readonly choice: AccountChoice | undefined;
};

async function planAccount(db: Reader, cipher: Cipher, format: string, deciding: Deciding): Promise<PlannedAccount> {
  const { group, account, choice } = deciding;
  const known = account === null ? { statements: [], links: [] } : await knownStatements(db, account.id);
  const statements: PlannedStatement[] = [];
  const seen: KnownStatement[] = [...known.statements];
  const links: Link[] = [...known.links];
  let fresh = 0n;
  for (const statement of group.statements) {
    const balances = balancesAfter(statement);
    const before = fresh;
    const lines = bestMatch(statement, format, seen, links).map((line) => {
      if (line !== null) return line;
      fresh -= 1n;
      return fresh;
    });
    const isKnown = fresh === before && links.some((link) => isSame(link, statement));
    statements.push({ statement, lines, balances, known: isKnown });
    seen.push({
      format,
      rows: statement.rows.map((row, at) => ({
        lineId: lines[at] ?? 0n,
        date: row.date,
        minor: row.minor,
        balance: balances[at] ?? null,
        reference: row.bankReference,
      })),
    });
    links.push(linkOf(statement, lines));
  }
  const all = statements.flatMap(({ lines }) => lines);
  const last4 = lastFour(group.number) ?? account?.last4 ?? null;
  return {
    group,
    account,
    name: account?.name ?? choice?.name ?? group.name ?? `Account${last4 === null ? '' : ` ··${last4}`}`,
    last4,
    blocked: await blockedBy(db, cipher, deciding),
    statements,
    newLines: new Set(all.filter((line) => line < 0n)).size,
    knownLines: all.filter((line) => line > 0n).length,
    unreadable: group.statements.reduce((sum, { unreadable }) => sum + unreadable.length, 0),
    chain: chainOf(links),
  };
}

/** Where a reference and a balance disagree about a row, the reading that leaves fewer breaks in the chain is right. */
function bestMatch(
  statement: Statement,
  format: string,
  seen: readonly KnownStatement[],
  links: readonly Link[],
): Array<bigint | null> {
  const strict = matchRows(statement, format, seen);
  const loose = matchRows(statement, format, seen, true);
  if (strict.every((line, at) => line === loose[at])) return strict;
  const breaks = (found: ReadonlyArray<bigint | null>) => {
    const named = found.map((line, at) => line ?? BigInt(-1 - at) * 1_000_000_000n);
    return chainOf([...links, linkOf(statement, named)]).breaks.length;
  };
  return breaks(loose) < breaks(strict) ? loose : strict;
}

function isSame(link: Link, { from, to, opening, closing }: Statement): boolean {
  const same = link.opening === (opening?.minor ?? null) && link.closing === (closing?.minor ?? null);
  return same && link.from === from && link.to === to;
}

function linkOf(statement: Statement, lines: readonly bigint[]): Link {
  return {
    from: statement.from,
    to: statement.to,
    opening: statement.opening?.minor ?? null,
    closing: statement.closing?.minor ?? null,
    lines: [
      ...statement.rows.map(({ minor }, at) => ({ key: String(lines[at]), minor })),
      ...statement.unreadable.map(({ minor, line }) => ({ key: `line ${line}`, minor })),
    ],
  };
}

async function blockedBy(db: Reader, cipher: Cipher, { group, account, choice }: Deciding): Promise<string | null> {
  const [refusal] = group.refused;
  if (refusal !== undefined) return withLine(refusal.line, refusal.sentence);
  if (account !== null && account.currency !== group.currency)
    return `The chosen account is kept in ${account.currency ?? 'no known currency'}, the file is in ${group.currency}.`;
  if (group.number === null && account === null && choice?.name === undefined)
    return 'The file does not say of which account it is. Choose the account, or name a new one.';
  const other = group.number === null ? null : await otherFeedOf(db, cipher, group.number);
  if (other !== null)
    return `This account comes through ${other} already. Its movements would stand here twice; remove it there first.`;
  return null;
}
