/**
 * A second Daybook process for tests of token chains: `node token-process.ts FILE SITE` opens the workspace and the
 * connection to a token endpoint at SITE, then obeys one command a line on stdin and answers each with one line.
 *
 * `token` asks for an access token and answers it, or the code of the error. `halt STEP` makes the next refresh stand
 * still for ever at a step, after answering `halted`: `begun` (intent on disk, nothing sent), `received` (answer there,
 * not stored), `saved` (stored, not yet used).
 */
import { createInterface } from 'node:readline';
import { createAuth } from '../../main/connectors/exact/auth.ts';
import { readSettings } from '../../main/connectors/exact/config.ts';
import { systemClock } from '../../main/core/clock.ts';
import { asDaybookError } from '../../main/core/errors.ts';
import { type Fetch, silentLog } from '../../main/core/ports.ts';
import { systemProcesses } from '../../main/core/processes.ts';
import { systemRandom } from '../../main/core/random.ts';
import type { TokenChains } from '../../main/core/token-chains.ts';
import { openStore } from '../../main/store/store.ts';
import { createTokenChains } from '../../main/vault/token-chains.ts';
import { openVault } from '../../main/vault/vault.ts';
import { memoryPorts } from './connector-ports.ts';

const [, , path = '', site = ''] = process.argv;
const answer = (text: string) => process.stdout.write(`${text}\n`);
const ports = { clock: systemClock(), random: systemRandom(), processes: systemProcesses() };
let haltAt = '';

async function pass(step: string): Promise<void> {
  if (step !== haltAt) return;
  answer('halted');
  await new Promise(() => {});
}

const store = await openStore({ path, ...ports });
const vault = await openVault({ store, ...ports, passphrase: 'test', cost: { N: 2, r: 1, p: 1 } });
const chains = createTokenChains({ store, vault, ...ports });

const halting: TokenChains = {
  peek: chains.peek,
  exclusively: (name, work, stop) =>
    chains.exclusively(
      name,
      (chain) =>
        work({
          ...chain,
          begin: async () => {
            await chain.begin();
            await pass('begun');
          },
          save: async (next) => {
            await pass('received');
            const stored = await chain.save(next);
            await pass('saved');
            return stored;
          },
        }),
      stop,
    ),
};

const auth = createAuth(
  readSettings({ site: 'nl', clientId: 'app', redirectUri: 'https://firm.example/exact', endpoint: site }, 'sandbox'),
  {
    environment: 'sandbox',
    secret: () => 'client-secret-1',
    ...{ ...ports, fetch: globalThis.fetch satisfies Fetch, log: silentLog, keep: memoryPorts().keep, tokens: halting },
  },
);

answer('open');
for await (const line of createInterface({ input: process.stdin })) {
  const [command, step = ''] = line.split(' ');
  if (command === 'halt') haltAt = step;
  if (command === 'token')
    await auth.accessToken(undefined).then(
      (token) => answer(token),
      (thrown: unknown) => answer(asDaybookError(thrown).code),
    );
  else answer('done');
}
