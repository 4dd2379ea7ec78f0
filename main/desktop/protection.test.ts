import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { seededRandom } from '../core/random.ts';
import type { Keyring } from './keyring.ts';
import { protectionFile } from './protection.ts';

/** A keyring that seals by turning the text around; enough to tell sealed from plain. */
const keyring = (more: Partial<Keyring> = {}): Keyring => ({
  isThere: async () => true,
  isWeak: () => false,
  seal: async (plain) => Buffer.from([...plain].toReversed().join('')),
  open: async (sealed) => [...sealed.toString()].toReversed().join(''),
  ...more,
});

describe('how the desktop app keeps the vault’s passphrase', () => {
  let folder: string;
  let database: string;
  const file = (ring = keyring()) => protectionFile(folder, ring, seededRandom(1));
  const onDisk = () => readFileSync(join(folder, 'protection.json'), 'utf8');

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'daybook-protection-'));
    database = join(folder, 'daybook.db');
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('makes a passphrase that nobody knows for a new workspace, and never writes it in plain', async () => {
    const made = await file().read(database);
    expect(made).toMatchObject({ kind: 'keyring', remembered: true, first: false });
    expect(made.passphrase).toHaveLength(43);
    expect(onDisk()).not.toContain(made.passphrase);
    expect(statSync(join(folder, 'protection.json')).mode & 0o077).toBe(0);
    expect((await file().read(database)).passphrase).toBe(made.passphrase);
  });

  it('asks for the first passphrase where there is no keyring, and keeps none', async () => {
    const none = keyring({ isThere: async () => false });
    expect(await file(none).read(database)).toMatchObject({ kind: 'passphrase', passphrase: null, first: true });
    await file(none).setPassphrase('mine', true);
    expect(JSON.parse(onDisk())).toEqual({ kind: 'passphrase', sealed: null });
  });

  it('asks for the passphrase of a workspace that the command line made', async () => {
    writeFileSync(database, '');
    expect(await file().read(database)).toMatchObject({ kind: 'passphrase', passphrase: null, first: false });
    expect(existsSync(join(folder, 'protection.json'))).toBe(false);
  });

  it('remembers a person’s passphrase only when told to', async () => {
    await file().setPassphrase('mine', true);
    expect(await file().read(database)).toMatchObject({ kind: 'passphrase', passphrase: 'mine', remembered: true });
    await file().setPassphrase('mine', false);
    expect(await file().read(database)).toMatchObject({ passphrase: null, remembered: false });
  });

  it('says that the keyring does not open what it kept, and asks', async () => {
    await file().read(database);
    const other = await file(keyring({ open: async () => null })).read(database);
    expect(other).toMatchObject({ passphrase: null, sentence: expect.stringContaining('keyring') });
  });

  it('refuses a damaged file instead of making a new vault over it', async () => {
    writeFileSync(join(folder, 'protection.json'), '{"kind":');
    await expect(file().read(database)).rejects.toMatchObject({ code: 'database_corrupt' });
  });
});
