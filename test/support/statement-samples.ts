import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ARCHIVE = fileURLToPath(new URL('../../../shared/data/bank_statement_samples.tar.gz', import.meta.url));

export const samplesAreHere = existsSync(ARCHIVE);

export type Sample = { readonly name: string; readonly bytes: Uint8Array };

/** The samples of real bank files, by `folder/name`; none when they are not here. Unpacked into a temporary folder. */
export function statementSamples(): Sample[] {
  if (!samplesAreHere) return [];
  const folder = mkdtempSync(join(tmpdir(), 'daybook-samples-'));
  try {
    execFileSync('tar', ['-xzf', ARCHIVE, '-C', folder]);
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .flatMap(({ name }) =>
        readdirSync(join(folder, name)).map((file) => ({
          name: `${name}/${file}`,
          bytes: readFileSync(join(folder, name, file)),
        })),
      );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
