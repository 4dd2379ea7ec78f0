/**
 * `npm run lock:complete`: adds the optional packages of other platforms to package-lock.json. npm leaves them out where
 * its registry does not offer them, and `npm ci` then refuses the lock everywhere. An entry needs no more than name,
 * version and platform: it is fetched on that platform alone.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

const FILE = join(import.meta.dirname, '..', 'package-lock.json');
const SYSTEMS: Readonly<Record<string, string>> = { macos: 'darwin', windows: 'win32' };
const KNOWN_SYSTEMS = ['android', 'darwin', 'freebsd', 'linux', 'netbsd', 'openbsd', 'sunos', 'win32'];
const KNOWN_CPUS = ['arm64', 'x64', 'ia32', 'arm', 'riscv64', 'ppc64', 's390x', 'loong64', 'wasm32'];

const entry = z.looseObject({
  dev: z.boolean().optional(),
  optionalDependencies: z.record(z.string(), z.string()).optional(),
});
const lockSchema = z.looseObject({ packages: z.record(z.string(), entry) });
/** Parsed for reading; what is written is the file as it was, with the entries that were missing. */
const text = readFileSync(FILE, 'utf8');
const lock = lockSchema.parse(JSON.parse(text));
const missing: Record<string, object> = {};

const added: string[] = [];
for (const [path, owner] of Object.entries(lock.packages))
  for (const [name, range] of Object.entries(owner.optionalDependencies ?? {})) {
    const nested = path === '' ? `node_modules/${name}` : `${path}/node_modules/${name}`;
    if (lock.packages[`node_modules/${name}`] ?? lock.packages[nested] ?? missing[`node_modules/${name}`]) continue;
    const words = name.split(/[/@-]/).map((word) => SYSTEMS[word] ?? word);
    const os = KNOWN_SYSTEMS.find((system) => words.includes(system));
    const cpu = KNOWN_CPUS.find((each) => words.includes(each));
    missing[`node_modules/${name}`] = {
      version: range.replace(/^[~^>=\s]+/, ''),
      ...(cpu === undefined ? {} : { cpu: [cpu] }),
      ...(owner.dev ? { dev: true } : {}),
      ...(words.includes('musl') ? { libc: ['musl'] } : {}),
      optional: true,
      ...(os === undefined ? {} : { os: [os] }),
    };
    added.push(name);
  }
if (added.length > 0) {
  const whole: { packages: Record<string, object> } = JSON.parse(text);
  const packages = Object.entries({ ...whole.packages, ...missing }).sort(([a], [b]) => (a < b ? -1 : 1));
  writeFileSync(FILE, `${JSON.stringify({ ...whole, packages: Object.fromEntries(packages) }, null, 2)}\n`);
}
process.stdout.write(added.length === 0 ? 'The lock is complete.\n' : `Added ${added.join(', ')}.\n`);
