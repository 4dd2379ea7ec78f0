import { extname } from 'node:path';
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { CallInput, CallOutput } from '../../api/contract.ts';
import { DaybookError } from '../../core/errors.ts';
import { amountText, counted, short } from '../format.ts';
import { writeOut } from '../input.ts';
import { type CommandResult, done, EXIT, table } from '../io.ts';
import type { Cli } from '../program.ts';
import type { CommonOptions, Session } from '../session.ts';

type Filter = NonNullable<CallInput<'queue.list'>['filter']>;

type FilterOptions = {
  readonly tab?: NonNullable<Filter['tab']>;
  readonly state?: NonNullable<Filter['states']>;
  readonly account?: string[];
  readonly entity?: string[];
  readonly from?: string;
  readonly to?: string;
  readonly search?: string;
};

/** What is not finished: shown when neither a tab nor a state is asked for. */
const OPEN = ['needs_person', 'ready', 'approved', 'posting', 'unknown', 'different', 'refused'] as const;
const TABS = ['review', 'ready', 'posted', 'excluded', 'exceptions'];
const STATES = [...OPEN, 'posted', 'excluded', 'reversed', 'superseded'];
/** Entries shown to a person who does not say how many; a script gets all. */
const SHOWN = 50;
const WINDOW = 1_000;

export function registerReview(program: Command, cli: Cli): void {
  const queue = withFilter(program.command('queue'))
    .addOption(new Option('--tab <tab>', 'one tab of the review screen').choices(TABS))
    .addOption(new Option('--state <state...>', 'these states').choices(STATES))
    .option('--limit <n>', 'show so many', wholeNumber)
    .option('--out <file>', 'write them to a .csv or .xlsx file')
    .description('entries that are not finished, or those of a tab, state or filter');
  cli.inWorkspace<FilterOptions & { limit?: number; out?: string }>(queue, showQueue(cli));

  const show = program
    .command('show')
    .argument('<id>', 'an entry')
    .description('one entry: its lines, the journal as the ledger will hold it, its history');
  cli.inWorkspace(show, async ({ api }, _, id = '') => showEntry(await api.run('queue.get', { id })));

  const approve = withFilter(program.command('approve'))
    .option('--all-ready', 'every entry that is ready (with the filter, those of it)')
    .option('--id <id...>', 'these entries')
    .description('approve entries as they are now; posting is a separate step');
  cli.inWorkspace<FilterOptions & { allReady?: boolean; id?: string[] }>(approve, approveEntries);

  const unapprove = withIds(program.command('unapprove')).description(
    'withdraw approvals, as long as nothing was sent',
  );
  cli.inWorkspace<{ id: string[] }>(unapprove, async ({ api }, { id }) =>
    acted(await api.run('proposals.unapprove', { ids: id }), 'Withdrew the approval of'),
  );

  const exclude = withIds(program.command('exclude'))
    .requiredOption('--reason <text>', 'why it is not to be booked')
    .description('leave lines out of the ledger');
  cli.inWorkspace<{ id: string[]; reason: string }>(exclude, async ({ api }, { id, reason }) =>
    acted(await api.run('proposals.exclude', { ids: id, reason }), 'Excluded'),
  );

  const include = withIds(program.command('include')).description('bring excluded entries back');
  cli.inWorkspace<{ id: string[] }>(include, async ({ api }, { id }) =>
    acted(await api.run('proposals.include', { ids: id }), 'Included'),
  );

  const edit = withIds(program.command('edit'))
    .option('--account <account>', 'offset account')
    .addOption(new Option('--type <type>', 'what the account is').choices(['ledger', 'customer', 'vendor', 'bank']))
    .option('--dimension <name=value...>', 'set a dimension; an empty value removes it')
    .option('--text <text>', 'the entry’s text')
    .option('--date <date>', 'the entry’s date, YYYY-MM-DD')
    .option('--note <note>', 'a note that stays in Daybook')
    .option('--take-suggestion', 'take the suggestion that stands beside the coding')
    .description('change entries before they are posted; they need a new approval');
  cli.inWorkspace<EditOptions>(edit, editEntries);

  const split = program
    .command('split')
    .requiredOption('--id <id>', 'the entry')
    .requiredOption('--part <share:account...>', 'such as 60%:605100, 40.00:605200 or rest:605300', partOf, [])
    .description('share one entry over several accounts; no cent is lost');
  cli.inWorkspace<{ id: string; part: Part[] }>(split, async ({ api }, { id, part }) =>
    acted(await api.run('proposals.split', { id, parts: part }), 'Split'),
  );

  const undo = program
    .command('undo')
    .option('--redo', 'do again what was undone last')
    .description('take your latest step back, as long as nothing of it was sent');
  cli.inWorkspace<{ redo?: boolean }>(undo, async ({ api }, { redo }) => {
    const result = await api.run(redo ? 'proposals.redo' : 'proposals.undo', {});
    return done(result, [`${redo ? 'Done again' : 'Undone'}: ${result.sentence}.`]);
  });

  const reverse = program
    .command('reverse')
    .requiredOption('--id <id>', 'a posted entry')
    .option('--date <date>', 'date of the reversal; default: the entry’s own')
    .description('make the linked entries that take a posted entry back; approve and post them');
  cli.inWorkspace<{ id: string; date?: string }>(reverse, async ({ api }, { id, date }) => {
    const result = await api.run('proposals.reverse', { id, ...(date === undefined ? {} : { date }) });
    return done(result, [
      `Made ${counted(result.ids.length, 'reversal')}: ${result.ids.join(', ')}. Approve, then post.`,
    ]);
  });

  const takeBack = program
    .command('take-back')
    .requiredOption('--id <id>', 'a posted entry that is still open in the ledger')
    .option('--preview', 'only say whether it can be taken back, and what that would do')
    .description('remove its journal from the ledger; the other entries of the journal are posted again');
  cli.inWorkspace<{ id: string; preview?: boolean }>(takeBack, async ({ api }, { id, preview }) =>
    preview ? showTakeBack(await api.run('proposals.takeBackPreview', { id })) : tookBack(api, id),
  );

  const missing = program
    .command('declare-missing')
    .requiredOption('--id <id>', 'an entry that differs from the ledger')
    .description('say that the ledger does not hold it; it is looked up first, and is then back in the queue');
  cli.inWorkspace<{ id: string }>(missing, async ({ api }, { id }) => {
    const result = await api.run('proposals.declareMissing', { id });
    return done(result, ['The ledger does not hold it. It is back in the queue: approve it again, or exclude it.']);
  });

  const accept = program
    .command('accept-ledger')
    .requiredOption('--id <id>', 'an entry that differs from the ledger')
    .description('say that what the ledger holds is right');
  cli.inWorkspace<{ id: string }>(accept, async ({ api }, { id }) => {
    const result = await api.run('proposals.acceptLedger', { id });
    return done(result, ['The ledger’s version is accepted; the entry counts as posted.']);
  });
}

function showTakeBack(preview: CallOutput<'proposals.takeBackPreview'>): CommandResult {
  const { possible, sentence, journalNumber, others } = preview;
  if (!possible)
    return done(
      preview,
      [sentence ?? 'This ledger takes nothing back. Reverse the entry by a linked one.'],
      EXIT.needsPerson,
    );
  const rest = others === 0 ? '' : `, and ${counted(others, 'other entry', 'other entries')} of it posted again`;
  return done(preview, [`It can be taken back: journal ${journalNumber} is removed${rest}.`]);
}

async function tookBack(api: Session['api'], id: string): Promise<CommandResult> {
  const result = await api.run('proposals.takeBack', { id });
  if (result.outcome === 'unfinished')
    return done(
      result,
      ['The ledger did not say whether it was taken back. Post again: Daybook looks it up and goes on.'],
      EXIT.needsPerson,
    );
  const again = result.postedAgain;
  const lines = [
    'Taken back. The entry is in the queue again.',
    ...(again === 0 ? [] : [`Posted ${counted(again, 'other entry', 'other entries')} of its journal again.`]),
    ...result.failures.map(({ legalEntity, error }) => `${legalEntity}: ${error.sentence}`),
  ];
  return done(result, lines, result.failures.length === 0 ? EXIT.done : EXIT.needsPerson);
}

function withFilter(command: Command): Command {
  return command
    .option('--account <mask...>', 'only these bank accounts, by mask, name or id')
    .option('--entity <id...>', 'only these legal entities')
    .option('--from <date>', 'from this day')
    .option('--to <date>', 'up to this day')
    .option('--search <words>', 'words that occur; a|b finds either');
}

function withIds(command: Command): Command {
  return command.requiredOption('--id <id...>', 'these entries');
}

function wholeNumber(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It must be a whole number.');
}

async function filterOf(api: Session['api'], options: FilterOptions): Promise<Filter> {
  const { tab, state, account, entity, from, to, search } = options;
  const feedAccountIds = account === undefined ? undefined : await accountsNamed(api, account);
  return {
    ...(tab === undefined ? {} : { tab }),
    ...(state === undefined ? {} : { states: state }),
    ...(feedAccountIds === undefined ? {} : { feedAccountIds }),
    ...(entity === undefined ? {} : { legalEntities: entity }),
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
    ...(search === undefined ? {} : { search }),
  };
}

/** Ids of feed accounts by mask, name or id. @throws DaybookError `usage` */
export async function accountsNamed(api: Session['api'], names: readonly string[]): Promise<string[]> {
  const accounts = await api.run('accounts.list', {});
  return names.flatMap((name) => {
    const found = accounts.filter((one) => one.id === name || one.mask === name || one.name === name);
    if (found.length > 0) return found.map((one) => one.id);
    const known = accounts.map((one) => one.mask ?? one.name).join(', ') || 'none';
    throw new DaybookError('usage', `There is no bank account "${name}". There are: ${known}.`);
  });
}

function showQueue(cli: Cli) {
  return async ({ api }: Session, options: FilterOptions & CommonOptions & { limit?: number; out?: string }) => {
    const asked = await filterOf(api, options);
    const filter: Filter =
      asked.tab === undefined && asked.states === undefined ? { ...asked, states: [...OPEN] } : asked;
    if (options.out !== undefined) return exportQueue(api, filter, options.out);
    const most = options.limit ?? (options.json ? Number.POSITIVE_INFINITY : SHOWN);
    const first = await api.run('queue.list', { filter, limit: Math.max(1, Math.min(WINDOW, most)) });
    const items = first.items.slice(0, most);
    while (items.length < Math.min(most, first.total)) {
      const limit = Math.min(WINDOW, most - items.length);
      const { items: more } = await api.run('queue.list', { filter, offset: items.length, limit });
      if (more.length === 0) break;
      items.push(...more);
    }
    const { total, totals } = first;
    if (total > items.length) cli.host.io.err(`Showing ${items.length} of ${total}; --limit shows more.\n`);
    return done({ total, totals, items }, queueLines(items, totals));
  };
}

type Item = CallOutput<'queue.list'>['items'][number];

function queueLines(items: readonly Item[], totals: CallOutput<'queue.list'>['totals']): string[] {
  if (items.length === 0) return ['Nothing to show.'];
  const rows = items.map((item) => [
    item.date,
    item.feedAccount.mask ?? item.feedAccount.name,
    amountText(item.amount),
    short(item.counterparty ?? item.lineText, 28),
    item.offsets.map((offset) => offset.account ?? '?').join(' + '),
    short(item.needs[0] ?? item.error?.sentence ?? item.reason, 48),
    item.state,
    item.id,
  ]);
  const head = ['Date', 'Account', 'Amount', 'Counterparty', 'Coding', 'Reason', 'State', 'Id'];
  const sums = totals.currencies.map(
    ({ count, debit, credit, net }) =>
      `${counted(count, 'entry', 'entries')}: in ${amountText(debit)}, out ${amountText(credit)}, net ${amountText(net)}`,
  );
  return [...table(head, rows, [2]), ...sums];
}

async function exportQueue(api: Session['api'], filter: Filter, file: string): Promise<CommandResult> {
  const format = extname(file).toLowerCase() === '.xlsx' ? 'xlsx' : 'csv';
  const made = await api.run('export.queue', { filter, format });
  await writeOut(file, made.encoding === 'base64' ? Buffer.from(made.content, 'base64') : made.content);
  return done({ file, format, rows: made.rows }, [`${counted(made.rows, 'entry', 'entries')} written to ${file}.`]);
}

function showEntry(entry: CallOutput<'queue.get'>): CommandResult {
  const { item, journal, lines, history, reasons } = entry;
  const rows =
    journal?.rows.map((row) => [
      row.accountType,
      row.account,
      row.accountName ?? '',
      row.debit ? amountText(row.debit) : '',
      row.credit ? amountText(row.credit) : '',
      row.offset ? `${row.offset.account} ${row.offset.accountName ?? ''}`.trim() : '',
      row.text,
    ]) ?? [];
  return done(entry, [
    `${item.date}  ${amountText(item.amount)}  ${item.text}  (${item.state}, ${item.reference})`,
    ...item.needs,
    ...(item.error ? [item.error.sentence] : []),
    ...reasons.map((reason) => `${reason.inForce ? 'Coded by' : 'Beside it,'} ${reason.by}: ${reason.sentence}`),
    ...lines.map(
      (line) =>
        `Line ${line.id}  ${line.date}  ${line.state}  ${amountText(line.amount)}  ${line.bankText ?? line.text}`,
    ),
    ...(journal
      ? [
          `Journal ${journal.journalName} in ${journal.legalEntity}${journal.period === null ? '' : `, period ${journal.period}`}:`,
          ...table(['Type', 'Account', 'Name', 'Debit', 'Credit', 'Offset', 'Text'], rows, [3, 4]),
        ]
      : ['No journal yet: an account is missing.']),
    ...history.map((event) => `${event.at}  ${event.actor}  ${event.sentence}`),
  ]);
}

async function approveEntries(
  { api }: Session,
  { allReady, id, ...filterOptions }: FilterOptions & { allReady?: boolean; id?: string[] },
): Promise<CommandResult> {
  if ((allReady === true) === (id !== undefined))
    throw new DaybookError('usage', 'Say which entries to approve: --all-ready, or --id and their ids.');
  if (id === undefined) {
    const { changed, undo } = await api.run('proposals.approveReady', { filter: await filterOf(api, filterOptions) });
    const { states } = await api.run('queue.counts', {});
    const needsPerson = states.needs_person ?? 0;
    const lines = [
      `Approved ${counted(changed.length, 'entry', 'entries')}.`,
      ...(needsPerson === 0 ? [] : [`${counted(needsPerson, 'entry', 'entries')} need a person.`]),
    ];
    return done({ approved: changed.length, ids: changed, skipped: [], needsPerson, undo }, lines);
  }
  const { changed, skipped, undo } = await api.run('proposals.approve', { ids: id });
  const lines = [
    `Approved ${counted(changed.length, 'entry', 'entries')}.`,
    ...skipped.map((one) => `${one.id}: ${one.sentence}`),
  ];
  const exit = skipped.length === 0 ? EXIT.done : EXIT.needsPerson;
  return done({ approved: changed.length, ids: changed, skipped, undo }, lines, exit);
}

type EditOptions = {
  readonly id: string[];
  readonly account?: string;
  readonly type?: 'ledger' | 'customer' | 'vendor' | 'bank';
  readonly dimension?: string[];
  readonly text?: string;
  readonly date?: string;
  readonly note?: string;
  readonly takeSuggestion?: boolean;
};

async function editEntries({ api }: Session, options: EditOptions): Promise<CommandResult> {
  const { id: ids, account, type, dimension, text, date, note, takeSuggestion } = options;
  const change = {
    ...(account === undefined ? {} : { account }),
    ...(type === undefined ? {} : { accountType: type }),
    ...(dimension === undefined ? {} : { dimensions: Object.fromEntries(dimension.map(dimensionOf)) }),
    ...(text === undefined ? {} : { text }),
    ...(date === undefined ? {} : { date }),
    ...(note === undefined ? {} : { note: note === '' ? null : note }),
  };
  if (takeSuggestion) {
    if (Object.keys(change).length > 0)
      throw new DaybookError('usage', 'Take the suggestion first, then edit the entry in a second step.');
    return acted(await api.run('proposals.takeAlternative', { ids }), 'Took the suggestion for');
  }
  return acted(await api.run('proposals.edit', { ids, change }), 'Edited');
}

function dimensionOf(text: string): [string, string] {
  const at = text.indexOf('=');
  if (at <= 0) throw new DaybookError('usage', `Write a dimension as NAME=VALUE; "${text}" is none.`);
  return [text.slice(0, at), text.slice(at + 1)];
}

type Part = CallInput<'proposals.split'>['parts'][number];

function partOf(text: string, before: Part[]): Part[] {
  const match = /^(rest|[\d.]+%|[+-]?[\d.]+):(.+)$/.exec(text);
  const [, share = '', account = ''] = match ?? [];
  if (share === '') throw new InvalidArgumentError('Write a part as SHARE:ACCOUNT, such as 60%:605100 or rest:605300.');
  if (share === 'rest') return [...before, { rest: true, account }];
  if (share.endsWith('%')) return [...before, { percent: share.slice(0, -1), account }];
  return [...before, { amount: share, account }];
}

function acted(
  result: { readonly changed: readonly string[]; readonly undo: string | null },
  did: string,
): CommandResult {
  return done(result, [`${did} ${counted(result.changed.length, 'entry', 'entries')}.`]);
}
