import type { Command } from 'commander';
import type { CallOutput } from '../../api/contract.ts';
import { DaybookError } from '../../core/errors.ts';
import { accountText, amountText, counted } from '../format.ts';
import { type CommandResult, done, EXIT, table } from '../io.ts';
import type { Cli } from '../program.ts';
import type { Session } from '../session.ts';
import { registerHistory, registerReplacements, repairLines, stateText } from './lifecycle.ts';

/** How often a link session is asked whether the person has finished. */
const POLL_MS = 3_000;

const SIGN_IN_HELP =
  '\nPrints the page to open; after the sign-in the browser lands at your return address, and the whole of it is pasted here.';

export function registerConnections(program: Command, cli: Cli): void {
  const connections = program
    .command('connections')
    .description('banks and ledgers: list, check, sign in, link, repair, remove');

  const list = connections.command('list', { isDefault: true }).description('connections and the health of each');
  cli.inWorkspace(list, async ({ api }) => listConnections(await api.run('connections.list', {})));

  const check = connections
    .command('check')
    .argument('<name>', 'name of the connection')
    .option('--entity <id>', 'a ledger: also read this legal entity')
    .description('try a connection step by step');
  cli.inWorkspace<{ entity?: string }>(check, async ({ api }, { entity }, name = '') => {
    const { id } = await connectionNamed(api, name);
    const result = await api.run('connections.check', {
      connectionId: id,
      ...(entity === undefined ? {} : { legalEntity: entity }),
    });
    const lines = result.steps.map((step) => `${step.ok ? 'ok    ' : 'failed'}  ${step.name}: ${step.sentence}`);
    return done(result, lines, result.ok ? EXIT.done : EXIT.needsPerson);
  });

  const link = connections
    .command('link')
    .argument('<name>', 'name of the connection')
    .option('--feed <id>', 'repair this bank instead of adding one')
    .option('--select-accounts', 'with --feed: add or drop accounts')
    .description('link a bank in the browser; waits until it is done');
  cli.inWorkspace<{ feed?: string; selectAccounts?: boolean }>(link, (session, options, name = '') =>
    linkBank(cli, session, name, options),
  );

  const signIn = connections
    .command('sign-in')
    .argument('<name>', 'name of the connection')
    .option('--paste', 'paste the address also where the relay would bring it')
    .description('sign in to a ledger in the browser, and paste the address where it lands')
    .addHelpText('after', SIGN_IN_HELP);
  cli.inWorkspace<{ paste?: boolean }>(signIn, (session, { paste }, name = '') =>
    signInTo(cli, session, name, paste === true),
  );

  const remove = connections
    .command('remove')
    .argument('[name]', 'a whole connection, with all its banks')
    .option('--feed <id>', 'one bank')
    .option('--yes', 'do it; without it, only what it means is told')
    .description('end access to a bank or a whole connection; lines and entries stay');
  cli.inWorkspace<{ feed?: string; yes?: boolean }>(remove, async ({ api }, { feed, yes }, name) => {
    if ((feed === undefined) === (name === undefined))
      throw new DaybookError('usage', 'Name either a connection or, with --feed, one bank.');
    if (feed === undefined) return removeConnection(api, name ?? '', yes === true);
    const preview = await api.run('connections.removalPreview', { feedId: feed });
    if (!yes) return done({ removed: false, ...preview }, [...preview.consequences, 'Say --yes to remove it.']);
    await api.run('connections.removeFeed', { feedId: feed });
    return done({ removed: true, ...preview }, [`${preview.bank ?? 'The bank'} is removed. Its lines stay.`]);
  });

  const webhook = connections
    .command('webhook')
    .requiredOption('--feed <id>', 'the bank')
    .option('--url <url>', 'address of the notices; none removes it')
    .description('set the address to which the provider sends its notices');
  cli.inWorkspace<{ feed: string; url?: string }>(webhook, async ({ api }, { feed, url }) => {
    const result = await api.run('connections.setWebhook', { feedId: feed, url: url ?? null });
    return done(result, [url === undefined ? 'Notices are off.' : `Notices go to ${url}.`]);
  });

  registerHistory(connections, cli);
  const accounts = program
    .command('accounts')
    .description('bank accounts: list, and what to do where an id changed at the bank');
  const listed = accounts
    .command('list', { isDefault: true })
    .description('bank accounts with balance, mapping and completeness');
  cli.inWorkspace(listed, async ({ api }) => listAccounts(await api.run('accounts.list', {})));
  registerReplacements(accounts, cli);
}

async function removeConnection(api: Session['api'], name: string, yes: boolean): Promise<CommandResult> {
  const { id: connectionId } = await connectionNamed(api, name);
  const preview = await api.run('connections.previewRemove', { connectionId });
  if (!yes) return done({ removed: false, ...preview }, [...preview.consequences, 'Say --yes to remove it.']);
  await api.run('connections.remove', { connectionId });
  return done({ removed: true, ...preview }, [`${preview.name} is removed. Its lines and entries stay.`]);
}

function listConnections(list: CallOutput<'connections.list'>): CommandResult {
  if (list.length === 0)
    return done({ connections: [] }, ['No connection yet. Apply a setup document: daybook setup apply FILE.']);
  const rows = list.flatMap((one) => [
    [one.name, one.kind, one.environment, stateText(one.lifecycle), one.sentence ?? '', one.id],
    ...one.feeds.map((feed) => [
      `  ${feed.institutionName ?? 'Bank'}`,
      'bank',
      '',
      stateText(feed.lifecycle),
      feed.sentence ?? feed.freshness.sentence,
      feed.id,
    ]),
  ]);
  return done({ connections: list }, [
    ...table(['Name', 'Kind', 'Environment', 'State', 'What it says', 'Id'], rows),
    ...list.flatMap(repairLines),
    ...list.flatMap((one) => one.callBudgets.map((budget) => budgetLine(one.name, budget))),
  ]);
}

function budgetLine(name: string, budget: CallOutput<'connections.list'>[number]['callBudgets'][number]): string {
  const { legalEntity, window, limit, remaining, resetsAt, asOf } = budget;
  return `${name} ${legalEntity}: ${remaining} of ${limit} calls left this ${window} until ${resetsAt}, as of ${asOf}`;
}

function listAccounts(accounts: CallOutput<'accounts.list'>): CommandResult {
  if (accounts.length === 0) return done({ accounts: [] }, ['No bank account yet.']);
  const rows = accounts.map((account) => [
    accountText(account),
    account.bank ?? '',
    account.balance?.current
      ? amountText(account.balance.current)
      : (account.currency ?? account.unofficialCurrency ?? ''),
    account.mapping ? `${account.mapping.legalEntity} ${account.mapping.bankAccount}` : 'not mapped',
    account.closedAt !== null
      ? 'closed'
      : account.gap
        ? `gap of ${amountText(account.gap.size)} since ${account.gap.firstDate}`
        : account.opening
          ? 'ties out'
          : 'not proven yet',
    account.id,
  ]);
  const head = ['Account', 'Bank', 'Balance', 'Ledger', 'Completeness', 'Id'];
  return done({ accounts }, table(head, rows, [2]));
}

/** @throws DaybookError `usage` */
export async function connectionNamed(api: Session['api'], name: string) {
  const connections = await api.run('connections.list', {});
  const found = connections.find((connection) => connection.name === name || connection.id === name);
  if (found) return found;
  const names = connections.map((connection) => connection.name).join(', ') || 'none';
  throw new DaybookError('usage', `There is no connection "${name}". There are: ${names}.`);
}

async function signInTo(cli: Cli, { api, stop }: Session, name: string, paste: boolean): Promise<CommandResult> {
  const { id: connectionId } = await connectionNamed(api, name);
  const { io } = cli.host;
  const { url, returnsTo, returnsByItself } = await api.run('connections.startSignIn', { connectionId });
  io.err(`Open this page in a browser and sign in: ${url}\n`);
  if (returnsByItself && !paste) {
    io.err('Daybook waits for your browser to come back by the relay. Ctrl-C ends it; --paste asks for the address.\n');
    while (!stop.aborted) {
      const { signIn } = await api.run('connections.awaitSignIn', { connectionId });
      if (signIn !== null) return signedIn(signIn);
    }
    throw new DaybookError('cancelled', 'Stopped before the browser came back. Nothing was changed.');
  }
  io.err(`The browser then lands at ${returnsTo}, which may be an empty page. Copy its whole address.\n`);
  const address = await io.askHidden('Paste the address (it is not shown): ');
  if (address === null || address.trim() === '')
    throw new DaybookError(
      'usage',
      'Nobody pasted the address, so nothing was changed. Run the command in a terminal.',
    );
  return signedIn(await api.run('connections.finishSignIn', { connectionId, address }));
}

function signedIn(signIn: CallOutput<'connections.finishSignIn'>): CommandResult {
  const who = signIn.user === null ? 'Signed in' : `Signed in as ${signIn.user}`;
  const until = signIn.endsAt === null ? '' : `, until ${signIn.endsAt} and longer with each use`;
  return done({ signIn }, [`${who}${until}.`]);
}

async function linkBank(
  cli: Cli,
  { api, ports, stop }: Session,
  name: string,
  options: { readonly feed?: string; readonly selectAccounts?: boolean },
): Promise<CommandResult> {
  const { id: connectionId } = await connectionNamed(api, name);
  const feedId = options.feed === undefined ? {} : { feedId: options.feed };
  const session = await api.run('connections.startLink', {
    connectionId,
    ...feedId,
    ...(options.selectAccounts ? { selectAccounts: true } : {}),
  });
  if (session.hostedUrl === null)
    throw new DaybookError(
      'not_supported',
      'The provider gave no page to open in the browser. Link from the desktop app.',
    );
  cli.host.io.err(`Open this page in a browser and sign in at the bank: ${session.hostedUrl}\n`);
  const about = { connectionId, linkToken: session.linkToken };
  for (;;) {
    const outcome = await api.run('connections.pollLink', about);
    if (outcome.state === 'abandoned') return done({ linked: false, ...outcome }, [outcome.reason], EXIT.failed);
    if (outcome.state === 'linked') break;
    await ports.clock.sleep(POLL_MS, stop);
  }
  const finished = await api.run('connections.finishLink', { ...about, ...feedId });
  const feeds = finished.state === 'linked' ? finished.feeds : [];
  const lines = feeds.map((feed) => `${feed.outcome}: ${feed.sentence ?? feed.feedId}`);
  return done({ linked: true, feeds }, [...lines, `${counted(feeds.length, 'bank')} linked.`]);
}
