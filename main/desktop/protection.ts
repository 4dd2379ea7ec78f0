import { existsSync, readFileSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { DaybookError } from '../core/errors.ts';
import type { Random } from '../core/random.ts';
import type { Keyring } from './keyring.ts';

/**
 * How the vault's passphrase is kept for the desktop app, in a small file beside the workspace.
 *
 * keyring: a random passphrase that nobody knows, sealed by the system. passphrase: a person's; sealed as well when it
 * is to be remembered. A workspace without the file was made by the command line, with a passphrase.
 */
const protection = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('keyring'), sealed: z.base64() }),
  z.object({ kind: z.literal('passphrase'), sealed: z.base64().nullable() }),
]);
type Protection = z.infer<typeof protection>;

export type Unlocking = {
  readonly kind: Protection['kind'];
  /** The keyring keeps it for the next start. */
  readonly remembered: boolean;
  /** Null: a person must give it. */
  readonly passphrase: string | null;
  /** No vault yet, and no keyring to make it with: the passphrase that is given next is the first one. */
  readonly first: boolean;
  /** Why a kept passphrase could not be had. */
  readonly sentence: string | null;
};

export type ProtectionFile = {
  /** Makes a random passphrase for a new workspace where there is a keyring. */
  read(database: string): Promise<Unlocking>;
  /** From now on a person's passphrase opens the vault. */
  setPassphrase(passphrase: string, remember: boolean): Promise<void>;
};

const SEALED_LOST =
  'The keyring of this computer does not open what it kept for Daybook. Sign in as the user who set Daybook up, or ' +
  'enter the passphrase.';

export function protectionFile(folder: string, keyring: Keyring, random: Random): ProtectionFile {
  const path = join(folder, 'protection.json');
  const write = async (value: Protection) => {
    // Whole or not at all: half a file would lock the workspace.
    await writeFile(`${path}.new`, JSON.stringify(value), { mode: 0o600, flush: true });
    await rename(`${path}.new`, path);
  };
  return {
    read: async (database) => {
      if (existsSync(path)) return opened(readProtection(path), keyring);
      if (existsSync(database)) return forgotten(false);
      if (!(await keyring.isThere())) return forgotten(true);
      const passphrase = Buffer.from(random.bytes(32)).toString('base64url');
      await write({ kind: 'keyring', sealed: await sealed(keyring, passphrase) });
      return { kind: 'keyring', remembered: true, passphrase, first: false, sentence: null };
    },
    setPassphrase: async (passphrase, remember) => {
      const kept = remember && (await keyring.isThere()) ? await sealed(keyring, passphrase) : null;
      await write({ kind: 'passphrase', sealed: kept });
    },
  };
}

/** A passphrase that is known to everybody, as the practice company's is: nothing is kept. */
export function openProtection(passphrase: string): ProtectionFile {
  return {
    read: async () => ({ kind: 'passphrase', remembered: true, passphrase, first: false, sentence: null }),
    setPassphrase: async () => {},
  };
}

async function opened(kept: Protection, keyring: Keyring): Promise<Unlocking> {
  const { kind } = kept;
  if (kept.sealed === null) return forgotten(false);
  const passphrase = await keyring.open(Buffer.from(kept.sealed, 'base64'));
  return { kind, remembered: true, passphrase, first: false, sentence: passphrase === null ? SEALED_LOST : null };
}

/** A person must give the passphrase. */
export function forgotten(first: boolean, sentence: string | null = null): Unlocking {
  return { kind: 'passphrase', remembered: false, passphrase: null, first, sentence };
}

async function sealed(keyring: Keyring, passphrase: string): Promise<string> {
  return (await keyring.seal(passphrase)).toString('base64');
}

function readProtection(path: string): Protection {
  try {
    return protection.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch (thrown) {
    throw new DaybookError(
      'database_corrupt',
      `The file ${path} is damaged; it says how the vault is opened. Restore it from a backup of the folder.`,
      { cause: thrown },
    );
  }
}
