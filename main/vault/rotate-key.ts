import { record } from '../audit/trail.ts';
import { type Clock, instantNow } from '../core/clock.ts';
import { DaybookError } from '../core/errors.ts';
import { newId } from '../core/ids.ts';
import type { Cipher } from '../core/ports.ts';
import type { Random } from '../core/random.ts';
import type { Writer } from '../store/store.ts';
import {
  insertVaultKey,
  resealAccountNumber,
  resealStatementFile,
  retireVaultKey,
  saveSecret,
  sealedAccountNumbers,
  sealedSecrets,
  sealedStatementFile,
  sealedStatementFileIds,
  vaultKeys,
} from '../store/vault-rows.ts';
import { accountNumberContext, secretContext, statementFileContext } from './contexts.ts';
import { type Keyring, keyringCipher, newDataKey, openKeyring, sealDataKey } from './keyring.ts';

/**
 * Makes a new data key, retires the one in use, and seals every secret, account number and statement file anew: all in the caller's
 * transaction, so that a crash leaves either the old state or the new one.
 * @throws DaybookError `vault_locked` when the passphrase's key no longer opens the vault, or one text cannot be opened.
 */
export async function rotateKey(
  trx: Writer,
  ports: { clock: Clock; random: Random },
  passphraseKey: Uint8Array,
  actor: string,
): Promise<Keyring> {
  const { clock, random } = ports;
  const rows = await vaultKeys(trx);
  const inUse = rows.find((row) => row.retired_at === null);
  const before = openKeyring(rows, passphraseKey);
  if (!before || !inUse)
    throw new DaybookError(
      'vault_locked',
      'The passphrase was changed by another Daybook process. Nothing was changed here; unlock the vault again.',
    );
  const fresh = newDataKey(newId('key', ports), random, before.active.comparing);
  const after = { active: fresh, all: [...before.all, fresh] };
  const cipher = keyringCipher(() => after, random);
  const at = instantNow(clock);
  await retireVaultKey(trx, before.active.id, at);
  await insertVaultKey(trx, {
    id: fresh.id,
    // The same protection, so that a process that is running can follow with the passphrase it has.
    protection_json: inUse.protection_json,
    sealed_key: sealDataKey(fresh, passphraseKey, random),
    created_at: at,
  });
  const secrets = await sealedSecrets(trx);
  for (const { owner, name, sealed } of secrets) {
    const context = secretContext(owner, name);
    const again = cipher.encrypt(openOrRefuse(cipher, sealed, context, `secret ${name}`), context);
    await saveSecret(trx, { owner, name, sealed: again }, fresh.id, at);
  }
  const numbers = await sealedAccountNumbers(trx);
  for (const { id, sealed } of numbers) {
    const context = accountNumberContext(id);
    const again = cipher.encrypt(openOrRefuse(cipher, sealed, context, 'number of a bank account'), context);
    await resealAccountNumber(trx, id, again);
  }
  const files = await sealedStatementFileIds(trx);
  for (const id of files) {
    const context = statementFileContext(id);
    const sealed = await sealedStatementFile(trx, id);
    await resealStatementFile(
      trx,
      id,
      cipher.encrypt(openOrRefuse(cipher, sealed, context, 'statement file'), context),
    );
  }
  await record(trx, clock, {
    actor,
    action: 'vault.key_rotated',
    subject: 'vault:workspace',
    data: {
      key: fresh.id,
      retired: before.active.id,
      secrets: secrets.length,
      accountNumbers: numbers.length,
      files: files.length,
    },
  });
  return after;
}

function openOrRefuse(cipher: Cipher, sealed: Uint8Array, context: string, what: string): string {
  try {
    return cipher.decrypt(sealed, context);
  } catch (cause) {
    throw new DaybookError(
      'vault_locked',
      `The ${what} cannot be opened, so the key was not changed. Enter it anew and change the key again.`,
      { cause },
    );
  }
}
