import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FuseState, FuseV1Options, getCurrentFuseWire } from '@electron/fuses';
import type { AfterPackContext } from 'electron-builder';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import manifest from '../../package.json' with { type: 'json' };
import setFuses from '../../packaging/set-fuses.ts';

/** Stands before the fuses in every Electron program (electronjs.org/docs/latest/tutorial/fuses). */
const SENTINEL = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX';
const root = join(import.meta.dirname, '..', '..');
const config = parse(readFileSync(join(root, 'electron-builder.yml'), 'utf8'));

describe('the packaged program', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'daybook-fuses-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  /** A program with a fuse wire as Electron's has one: the sentinel, version 1, the count, one character a fuse. */
  const program = (fuses: string) => {
    const path = join(folder, 'daybook');
    writeFileSync(
      path,
      Buffer.concat([Buffer.from(`head${SENTINEL}`), Buffer.from([1, fuses.length]), Buffer.from(fuses)]),
    );
    chmodSync(path, 0o755);
    return path;
  };
  const pack = () =>
    setFuses({
      appOutDir: folder,
      electronPlatformName: 'linux',
      packager: { appInfo: { productFilename: 'Daybook' }, config },
    } as unknown as AfterPackContext);

  it('runs no script as plain Node, takes no NODE_OPTIONS, opens no debugger, and runs only its own archive', async () => {
    const path = program('101100011');
    await pack();
    const wire = await getCurrentFuseWire(path);
    const state = (fuse: FuseV1Options) => wire[fuse];
    for (const off of [
      FuseV1Options.RunAsNode,
      FuseV1Options.EnableNodeOptionsEnvironmentVariable,
      FuseV1Options.EnableNodeCliInspectArguments,
      FuseV1Options.GrantFileProtocolExtraPrivileges,
    ])
      expect(state(off), FuseV1Options[off]).toBe(FuseState.DISABLE);
    for (const on of [
      FuseV1Options.EnableEmbeddedAsarIntegrityValidation,
      FuseV1Options.OnlyLoadAppFromAsar,
      FuseV1Options.EnableCookieEncryption,
    ])
      expect(state(on), FuseV1Options[on]).toBe(FuseState.ENABLE);
  });

  it('is not built while Electron has a fuse that nobody has decided on', async () => {
    program('1011000111');
    await expect(pack()).rejects.toThrow('strictlyRequireAllFuses');
  });

  it('holds the bundles and the one native module, and no other library', () => {
    const libraries = config.files.filter((pattern: string) => pattern.includes('node_modules'));
    expect(libraries.every((pattern: string) => pattern === '!node_modules/**' || /better-sqlite3/.test(pattern))).toBe(
      true,
    );
    expect(config.asarUnpack).toEqual(['node_modules/better-sqlite3/**']);
    expect(manifest.main).toBe('dist/main/index.js');
  });

  it('is signed for the hardened runtime on macOS with no more than V8 needs', () => {
    expect(config.mac.hardenedRuntime).toBe(true);
    const entitlements = readFileSync(join(root, config.mac.entitlements), 'utf8');
    expect(entitlements.match(/<key>[^<]*<\/key>/g)).toEqual(['<key>com.apple.security.cs.allow-jit</key>']);
  });

  it('comes as NSIS, dmg, AppImage and deb, and asks no update feed until one is set', () => {
    expect(config.win.target).toBe('nsis');
    expect(config.mac.target).toEqual([{ target: 'dmg', arch: ['x64', 'arm64'] }]);
    expect(config.linux.target).toEqual(['AppImage', 'deb']);
    expect(config.publish).toBeNull();
  });
});
