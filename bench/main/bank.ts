import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { z } from 'zod';
import { answerOfBank } from '../ingest/daybook.ts';
import { ACCOUNT_ID } from '../ingest/plaid-pages.ts';

/** The two bank logins that the played bank knows, by access token: what tells their answers apart. */
export const LOGINS = {
  first: { token: 'access-sandbox-first', item: 'item-bench', account: ACCOUNT_ID },
  second: { token: 'access-sandbox-second', item: 'item-other', account: 'other'.padEnd(37, 'Q') },
} as const;

const request = z.object({ access_token: z.string() });

/** Plaid on the loopback address, with `lines` movements behind each login. */
export async function startBank(lines: number) {
  const server = createServer(async (incoming, outgoing) => {
    const body: unknown = JSON.parse(await text(incoming));
    const answer = answerOfBank(new URL(incoming.url ?? '/', 'http://bank').pathname, body, lines);
    const isSecond = request.parse(body).access_token === LOGINS.second.token;
    outgoing.setHeader('content-type', 'application/json');
    outgoing.end(isSecond ? ofSecond(answer) : answer);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the bank has no port');
  return {
    endpoint: `http://127.0.0.1:${address.port}`,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

function ofSecond(answer: string): string {
  return answer
    .replaceAll(LOGINS.first.account, LOGINS.second.account)
    .replaceAll(LOGINS.first.item, LOGINS.second.item)
    .replaceAll('ins_109508', 'ins_109509')
    .replaceAll('"mask":"0000"', '"mask":"1111"')
    .replaceAll('"name":"Checking"', '"name":"Payroll"');
}
