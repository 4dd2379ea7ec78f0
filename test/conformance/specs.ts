/** Where the providers' official descriptions lie: beside the repository, never in it. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

export type Spec = { readonly file: string; readonly present: boolean; readonly why: string };

/** A file of `../shared/specs`, and one sentence to show when a test must be skipped for want of it. */
export function spec(name: string): Spec {
  const file = resolve(import.meta.dirname, '../../../shared/specs', name);
  const present = existsSync(file);
  if (!present) process.stdout.write(`Conformance tests skipped: ../shared/specs/${name} is not there.\n`);
  return { file, present, why: present ? '' : ` (skipped: ../shared/specs/${name} is absent)` };
}
