/** What an outsider sees of a run: requests, errors, logs and files, looked through for storms and secrets. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { VirtualClock } from '../../main/core/clock.ts';
import type { SerialError } from '../../main/core/errors.ts';
import type { Fetch, Log, LogFields } from '../../main/core/ports.ts';
import { redact, redactText } from '../../main/core/redact.ts';
import type { SimulatedCompany } from './company.ts';
import type { Broken } from './judge.ts';

export type Watch = {
  readonly fetch: Fetch;
  readonly log: Log;
  /** One line of the event log. */
  happened(line: string): void;
  /** A text that a person or a log may see. */
  seen(text: string): void;
  requests(): number;
  digest(): string;
  broken(errors: ReadonlyArray<{ readonly call: string; readonly error: SerialError }>, steps: number): Broken[];
  judgeFiles(folder: string): Broken[];
};

/** Far more than the protocol needs for a step, far less than a loop that never stops. */
const REQUESTS_PER_STEP = 60;

export function createWatch(
  company: SimulatedCompany,
  clock: VirtualClock,
  tell: (line: string) => void,
  log: (line: string) => void = () => {},
): Watch {
  const hash = createHash('sha256');
  const texts: string[] = [];
  let requests = 0;
  const happened = (line: string) => {
    const event = `${clock.now()} ${line}\n`;
    hash.update(event);
    log(event);
  };
  const write = (level: string) => (fields: LogFields, message: string) => {
    const line = `${level} ${redactText(message)} ${JSON.stringify(redact(fields))}`;
    texts.push(line);
    if (level !== 'error') return;
    tell(`    log: ${line}`);
    // Without its fields: a stack names the machine's folders.
    happened(`log: ${message}`);
  };
  const secrets = () => [
    ...Object.values(company.host.env),
    ...company.host.world.plaid.control.items().map((item) => item.accessToken),
  ];
  const holding = (where: string, text: string, all = secrets()): Broken[] =>
    all
      .filter((secret) => text.includes(secret))
      .map(() => ({ promise: 'no secret in a log, an error or a file', detail: where }));
  return {
    fetch: async (request) => {
      requests += 1;
      const asked = `${request.method} ${request.url}`;
      happened(asked);
      try {
        const answer = await company.host.fetch(request);
        happened(`${answer.status} ${asked}`);
        return answer;
      } catch (thrown) {
        happened(`no answer ${asked}`);
        throw thrown;
      }
    },
    log: { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') },
    happened,
    seen: (text) => texts.push(text),
    requests: () => requests,
    digest: () => hash.copy().digest('hex').slice(0, 16),
    broken: (errors, steps) => [
      ...errors
        .filter(({ error }) => error.code === 'internal')
        .map(({ call, error }) => ({ promise: 'nothing goes wrong unforeseen', detail: `${call}: ${error.sentence}` })),
      ...(requests > steps * REQUESTS_PER_STEP + 2_000
        ? [{ promise: 'no storm of retries', detail: `${requests} requests in ${steps} steps` }]
        : []),
      ...holding('a log or an error', texts.join('\n')).slice(0, 1),
    ],
    judgeFiles: (folder) => {
      const all = secrets();
      return filesIn(folder).flatMap((path) => holding(path.slice(folder.length), readFileSync(path, 'latin1'), all));
    },
  };
}

function filesIn(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? filesIn(path) : [path];
  });
}
