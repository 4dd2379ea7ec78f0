import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';

/** The first of the seeds that belong to this commit; without one, always the same. */
export function firstFreshSeed(): number {
  const digits = createHash('sha256').update(commit()).digest('hex').slice(0, 7);
  return 1_000_000 + Number.parseInt(digits, 16);
}

function commit(): string {
  try {
    return execFileSync('git', ['rev-parse', 'HEAD'], { cwd: import.meta.dirname, encoding: 'utf8' });
  } catch {
    // Sources without their history.
    return 'no commit';
  }
}
