/**
 * What a ciphertext is authenticated with (`Cipher.encrypt(plain, context)`): its place. Key rotation opens and seals
 * everything again, so each kind of place has one way to be named, here.
 */

/** A row of `secret`. */
export function secretContext(owner: string, name: string): string {
  return `secret:${JSON.stringify([owner, name])}`;
}

/** `feed_account.number_sealed`. */
export function accountNumberContext(feedAccountId: string): string {
  return `feed_account.number:${feedAccountId}`;
}

/** `statement_file.raw_sealed`. */
export function statementFileContext(fileId: string): string {
  return `statement_file:${fileId}`;
}

/** A row of `vault_key`. */
export function vaultKeyContext(id: string): string {
  return `vault_key:${id}`;
}
