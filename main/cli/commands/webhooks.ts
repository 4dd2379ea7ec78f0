import type { Command } from 'commander';
import type { CallOutput } from '../../api/contract.ts';
import { DaybookError } from '../../core/errors.ts';
import { counted } from '../format.ts';
import { type CommandResult, done, EXIT, table } from '../io.ts';
import type { Cli } from '../program.ts';
import { registerWebhooksAddress } from './webhooks-address.ts';

type Status = CallOutput<'webhooks.status'>;

const LINKS: Readonly<Record<string, string>> = {
  off: 'off',
  connecting: 'connecting',
  connected: 'connected',
  waiting: 'not connected; Daybook tries again by itself',
  refused: 'not connected; it needs you',
};

const ENROLMENT = 'DAYBOOK_RELAY_ENROLMENT';

/** `webhooks`: notices of banks and ledgers by the relay. They come in while `serve` or the desktop app is open. */
export function registerWebhooks(program: Command, cli: Cli): void {
  const webhooks = program.command('webhooks').description('notices of banks and ledgers by a relay: status, on, off');

  const status = webhooks.command('status', { isDefault: true }).description('the connection, and what came in');
  cli.inWorkspace(status, async ({ api }) => told(await api.run('webhooks.status', {})));

  const on = webhooks
    .command('on')
    .argument('<address>', 'address of the relay, such as https://relay.example.com')
    .option('--enrolment', `ask for the relay’s enrolment word, or take it from ${ENROLMENT}`)
    .description('make a channel at a relay and have notices sent there');
  cli.inWorkspace<{ enrolment?: boolean }>(on, async ({ api }, { enrolment }, address = '') => {
    const word = enrolment ? await enrolmentWord(cli) : undefined;
    const change = { relayUrl: address, ...(word === undefined ? {} : { enrolment: word }) };
    return told(await api.run('webhooks.configure', change));
  });

  const off = webhooks.command('off').description('end the channel and take the addresses away');
  cli.inWorkspace(off, async ({ api }) => told(await api.run('webhooks.configure', { relayUrl: null })));

  const lists = webhooks
    .command('lists')
    .argument('<on|off>', 'read them or not')
    .description('also read the lists of sent notices that a provider keeps, where the account offers them');
  cli.inWorkspace(lists, async ({ api }, _options, choice) => {
    if (choice !== 'on' && choice !== 'off') throw new DaybookError('usage', 'Say on or off.');
    return told(await api.run('webhooks.configure', { readLists: choice === 'on' }));
  });

  const rotate = webhooks.command('rotate-keys').description('new keys for the channel; its address stays');
  cli.inWorkspace(rotate, async ({ api }) => told(await api.run('webhooks.rotateKeys', {})));

  const renew = webhooks.command('new-channel').description('a new channel with new addresses in place of this one');
  cli.inWorkspace(renew, async ({ api }) => told(await api.run('webhooks.renewChannel', {})));

  const addresses = webhooks.command('set-addresses').description('tell every provider where to send, now');
  cli.inWorkspace(addresses, async ({ api }) => {
    const { changed } = await api.run('webhooks.setAddresses', {});
    const { json, lines, exit } = told(await api.run('webhooks.status', {}));
    return { json, lines: [`${counted(changed, 'address', 'addresses')} changed.`, ...lines], exit };
  });

  registerWebhooksAddress(webhooks, cli);
}

async function enrolmentWord({ host: { io } }: Cli): Promise<string> {
  const word = io.env[ENROLMENT] || (await io.askHidden('Enrolment word of the relay (it is not shown): '));
  if (word) return word;
  throw new DaybookError('usage', `The enrolment word is missing. Set ${ENROLMENT}, or run this in a terminal.`);
}

function told(status: Status): CommandResult {
  const { relayUrl, link, sentence, heardAt, unjudged, waiting, counts, addresses, lists } = status;
  const failed = addresses.some(({ state }) => state === 'failed');
  const lines = [
    `Webhooks: ${LINKS[link] ?? link}${relayUrl === null ? '' : ` (${relayUrl})`}`,
    ...(sentence === null ? [] : [sentence]),
    ...(heardAt === null ? [] : [`Last notice: ${heardAt}`]),
    ...(unjudged + waiting === 0 ? [] : [`Waiting: ${unjudged} to be checked, ${waiting} to be pulled for`]),
    ...section(
      ['From', 'What became of it', 'Count', 'Last'],
      counts.map(({ provider, verdict, why, count, lastAt }) => [provider, why || verdict, String(count), lastAt]),
    ),
    ...section(
      ['Connection', 'Place', 'Address', 'What it says'],
      addresses.map((one) => [one.connection, one.place ?? '', one.state, one.sentence ?? '']),
    ),
    ...section(
      ['List of', 'Read', 'What it says'],
      lists.map(({ connection, readAt, sentence: says }) => [connection, readAt, says ?? '']),
    ),
  ];
  return done(status, lines, link === 'refused' || failed ? EXIT.needsPerson : EXIT.done);
}

function section(head: string[], rows: string[][]): string[] {
  return rows.length === 0 ? [] : ['', ...table(head, rows)];
}
