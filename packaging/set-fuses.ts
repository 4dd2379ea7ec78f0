/** Run by electron-builder after packing and before signing: switches off in Electron itself what Daybook never needs. */
import { join } from 'node:path';
import { type FuseConfig, FuseV1Options, FuseVersion, flipFuses } from '@electron/fuses';
import type { AfterPackContext } from 'electron-builder';

/** Every fuse that Electron has; one that a newer Electron adds makes the build fail until it is decided here. */
export const FUSES: FuseConfig = {
  version: FuseVersion.V1,
  strictlyRequireAllFuses: true,
  // The program cannot be made to run scripts as plain Node, to take NODE_OPTIONS, or to open a debugger.
  [FuseV1Options.RunAsNode]: false,
  [FuseV1Options.EnableNodeOptionsEnvironmentVariable]: false,
  [FuseV1Options.EnableNodeCliInspectArguments]: false,
  // Only the archive that was built is run, and only unchanged (Windows and macOS; Linux has no such check).
  [FuseV1Options.EnableEmbeddedAsarIntegrityValidation]: true,
  [FuseV1Options.OnlyLoadAppFromAsar]: true,
  [FuseV1Options.EnableCookieEncryption]: true,
  // Our pages come by app://; a file: page has no rights beyond a web page's.
  [FuseV1Options.GrantFileProtocolExtraPrivileges]: false,
  // We ship no snapshot of our own.
  [FuseV1Options.LoadBrowserProcessSpecificV8Snapshot]: false,
  // Without it WebAssembly would be bounds-checked in software; no effect on what may run.
  [FuseV1Options.WasmTrapHandlers]: true,
};

export default async function setFuses({ appOutDir, packager, electronPlatformName }: AfterPackContext): Promise<void> {
  const { productFilename } = packager.appInfo;
  const program = {
    win32: `${productFilename}.exe`,
    darwin: join(`${productFilename}.app`, 'Contents', 'MacOS', productFilename),
  }[electronPlatformName];
  const path = join(appOutDir, program ?? packager.config.linux?.executableName ?? productFilename);
  // A changed program must be signed again; on a Mac also where nobody signs.
  await flipFuses(path, { ...FUSES, resetAdHocDarwinSignature: electronPlatformName === 'darwin' });
}
