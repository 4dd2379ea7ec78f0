import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { z } from 'zod';

const answer = z.object({ first: z.number(), again: z.number() });

/** Lines a second of Actual's `importTransactions`, first time and again; or why it cannot run on this machine. */
export async function measureActual(
  lines: number,
): Promise<{ readonly first: number; readonly again: number } | { readonly failure: string }> {
  const child = fileURLToPath(new URL('actual-child.ts', import.meta.url));
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [child, String(lines)], { maxBuffer: 2 ** 28 });
    return answer.parse(JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? ''));
  } catch (thrown) {
    const text = thrown instanceof Error ? thrown.message : String(thrown);
    return { failure: text.split('\n').slice(0, 3).join(' ') };
  }
}
