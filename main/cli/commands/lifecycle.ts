/** States of connections, what repairs them, and accounts whose id changed at the bank. */
import type { Command } from 'commander';
import type { CallOutput } from '../../api/contract.ts';
import { DaybookError } from '../../core/errors.ts';
import { accountText, counted } from '../format.ts';
import { done, EXIT, table } from '../io.ts';
import type { Cli } from '../program.ts';
import type { Session } from '../session.ts';

type Connection = CallOutput<'connections.list'>[number];
type Lifecycle = Connection['lifecycle'];

const STATES: Readonly<Record<string, string>> = {
  healthy: 'works',
  new_accounts: 'works, offers new accounts',
  stale: 'works, bank not reached',
  expiring: 'ends soon',
  disconnect_pending: 'bank ends it soon',
  retrying: 'tries again',
  rate_limited: 'pauses',
  institution_down: 'bank is down',
  login_required: 'sign-in needed',
  action_at_bank: 'act at the bank',
  accounts_missing: 'no accounts',
  revoked: 'access withdrawn',
  gone: 'gone, link anew',
  keys_refused: 'keys refused',
  blocked: 'blocked',
  removed: 'removed',
};

/** `pauses until 2026-11-20 14:05 UTC`, `ends soon: 2026-11-27` */
export function stateText({ state, until, ending }: Lifecycle): string {
  const word = STATES[state] ?? state;
  if (until !== null) return `${word} until ${until.slice(0, 10)} ${until.slice(11, 16)} UTC`;
  return state === 'expiring' || state === 'disconnect_pending' ? `${word}: ${ending?.on?.slice(0, 10) ?? ''}` : word;
}

/** What a person does about it, one line each; and what the last repair brought. */
export function repairLines(connection: Connection): string[] {
  const { name, feeds, lifecycle, signIn } = connection;
  const own = signIn !== null && lifecycle.repair === 'sign_in_again' ? `daybook connections sign-in "${name}"` : null;
  return [
    ...(own === null ? [] : [`To repair ${name}: ${own}`]),
    ...(lifecycle.repair === 'check_keys'
      ? [`To repair ${name}: correct its keys in the setup document and apply it.`]
      : []),
    ...feeds.flatMap((feed) => {
      const bank = feed.institutionName ?? 'the bank';
      const how = feedRepair(name, feed);
      const { repaired } = feed.lifecycle;
      return [
        ...(how === null ? [] : [`To repair ${bank}: ${how}`]),
        ...(repaired === null ? [] : [`${bank}, ${repaired.at.slice(0, 10)}: ${repaired.sentence}`]),
      ];
    }),
  ];
}

function feedRepair(name: string, { id, lifecycle, state }: Connection['feeds'][number]): string | null {
  if (state === 'removed') return null;
  switch (lifecycle.repair) {
    case 'sign_in_again':
    case 'act_at_bank':
      return `daybook connections link "${name}" --feed ${id}`;
    case 'choose_accounts':
      return `daybook connections link "${name}" --feed ${id} --select-accounts`;
    case 'link_again':
      return `daybook connections link "${name}", then daybook accounts replacements`;
    case 'wait':
      return lifecycle.until === null ? null : `nothing; it is tried again by itself.`;
    default:
      return null;
  }
}

export function registerHistory(connections: Command, cli: Cli): void {
  const history = connections
    .command('history')
    .argument('<id>', 'a bank or a connection')
    .description('how the state of a bank or a connection came about, the newest first');
  cli.inWorkspace(history, async ({ api }, _options, id = '') => {
    const subject = await subjectOf(api, id);
    const steps = await api.run('connections.history', subject);
    if (steps.length === 0) return done({ history: steps }, ['Nothing has changed since it was added.']);
    const rows = steps.map(({ at, from, to, source, sentence }) => [
      at.slice(0, 16).replace('T', ' '),
      `${STATES[from] ?? from} → ${STATES[to] ?? to}`,
      source,
      sentence ?? '',
    ]);
    return done({ history: steps }, table(['When (UTC)', 'State', 'Learnt by', 'What it said'], rows));
  });
}

async function subjectOf(api: Session['api'], id: string): Promise<{ feedId: string } | { connectionId: string }> {
  const connections = await api.run('connections.list', {});
  const connection = connections.find((one) => one.id === id || one.name === id);
  if (connection) return { connectionId: connection.id };
  const feed = connections.flatMap(({ feeds }) => feeds).find((one) => one.id === id || one.institutionName === id);
  if (feed) return { feedId: feed.id };
  throw new DaybookError('usage', `There is no bank or connection "${id}". daybook connections lists them.`);
}

export function registerReplacements(accounts: Command, cli: Cli): void {
  const list = accounts
    .command('replacements')
    .description('accounts that seem to go on under a new id at the bank, and what was decided about them');
  cli.inWorkspace(list, async ({ api }) => {
    const proposals = await api.run('accounts.replacements', {});
    const decided = await api.run('accounts.decidedReplacements', {});
    const rows = proposals.map((one) => [
      accountText(one.old),
      accountText(one.new),
      one.reason,
      `${one.oldAccountId} ${one.newAccountId}`,
    ]);
    const past = decided.map((one) => [
      accountText(one.account),
      one.state,
      one.decidedAt.slice(0, 10),
      one.decidedBy,
      one.undoable ? one.id : '',
    ]);
    const lines = [
      ...(rows.length === 0
        ? ['No account seems to have got a new id.']
        : [
            ...table(['Account', 'Seems to go on as', 'Because', 'Ids'], rows),
            'Say: daybook accounts replace OLD NEW, or daybook accounts keep-apart OLD NEW.',
          ]),
      ...(past.length === 0 ? [] : ['', ...table(['Account', 'Decision', 'On', 'By', 'To take it back'], past)]),
    ];
    return done({ replacements: proposals, decided }, lines, proposals.length === 0 ? EXIT.done : EXIT.needsPerson);
  });

  const accept = accounts
    .command('replace')
    .argument('<old>', 'id of the account that stays, with its lines, mapping and postings')
    .argument('<new>', 'id of the account under which the bank shows it now')
    .description('say that two accounts are one; the bank is read and tied out');
  cli.inWorkspace(accept, async ({ api }, _options, oldAccountId = '', newAccountId = '') => {
    const accepted = await api.run('accounts.acceptReplacement', { oldAccountId, newAccountId });
    return done(accepted, [
      accepted.sentence,
      `To take it back: daybook accounts undo-replace ${accepted.replacementId}`,
    ]);
  });

  const decline = accounts
    .command('keep-apart')
    .argument('<old>', 'id of the account that the bank no longer shows')
    .argument('<new>', 'id of the other account')
    .description('say that two accounts are two; they are not proposed again');
  cli.inWorkspace(decline, async ({ api }, _options, oldAccountId = '', newAccountId = '') => {
    const declined = await api.run('accounts.declineReplacement', { oldAccountId, newAccountId });
    return done(declined, ['They stay two accounts and are not proposed again.']);
  });

  const undo = accounts
    .command('undo-replace')
    .argument('<id>', 'id of the decision, from daybook accounts replacements')
    .description('take a wrong pairing back');
  cli.inWorkspace(undo, async ({ api }, _options, replacementId = '') => {
    const undone = await api.run('accounts.undoReplacement', { replacementId });
    const went = `${counted(undone.lines, 'line')} went back to the other account`;
    const withdrawn = undone.withdrawn === 0 ? '' : `, ${counted(undone.withdrawn, 'entry', 'entries')} withdrawn`;
    return done(undone, [`The two are two again: ${went}${withdrawn}.`]);
  });
}
