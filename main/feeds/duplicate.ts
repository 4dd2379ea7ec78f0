/** A bank login by what can be seen of it before it is opened. */
export type Login = {
  readonly institutionId: string | null;
  readonly accounts: ReadonlyArray<{ readonly name: string; readonly mask: string | null }>;
};

/**
 * True when two logins show the same account of the same bank: its lines would arrive twice, it would be billed twice,
 * and at some banks the second login kills the first. To be asked before a public token is exchanged, because one that
 * is not exchanged costs nothing. A name alone proves nothing (every bank has a "Checking"), so a mask must agree too.
 */
export function isSameLogin(a: Login, b: Login): boolean {
  if (a.institutionId === null || a.institutionId !== b.institutionId) return false;
  return a.accounts.some((one) =>
    b.accounts.some((other) => one.mask !== null && one.mask === other.mask && sameName(one.name, other.name)),
  );
}

/** The login among `existing` that the new one repeats. */
export function findDuplicate<T extends Login>(linked: Login, existing: readonly T[]): T | undefined {
  return existing.find((login) => isSameLogin(linked, login));
}

function sameName(a: string, b: string): boolean {
  return a.trim().toLowerCase() === b.trim().toLowerCase();
}
