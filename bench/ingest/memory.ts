import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { z } from 'zod';
import { answerOfBank } from './daybook.ts';

const answer = z.object({ perLine: z.number(), delayP99: z.number(), delayMax: z.number(), peakMiB: z.number() });

/**
 * Peak memory of a first sync, in a process that does nothing else, and how it keeps its event loop free: the bank
 * answers over HTTP from this process, so that its own memory and work do not count.
 */
export async function syncInOwnProcess(lines: number): Promise<z.infer<typeof answer>> {
  const server = createServer(async (request, response) => {
    const body: unknown = JSON.parse(await text(request));
    response.setHeader('content-type', 'application/json');
    response.end(answerOfBank(new URL(request.url ?? '/', 'http://bank').pathname, body, lines));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the bank has no port');
  const child = fileURLToPath(new URL('memory-child.ts', import.meta.url));
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [
      ...startFlags(),
      child,
      `http://127.0.0.1:${address.port}`,
      `${lines}`,
    ]);
    return answer.parse(JSON.parse(stdout));
  } finally {
    server.close();
  }
}

/** The flags with which `npm run daybook` starts Node: memory is measured as the product runs. */
export function startFlags(): string[] {
  const { scripts } = z
    .object({ scripts: z.object({ daybook: z.string() }) })
    .parse(JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')));
  return scripts.daybook.split(' ').filter((word) => word.startsWith('--'));
}
