import type { Command } from 'commander';
import type { CallOutput } from '../../api/contract.ts';
import { accountText, amountText, counted, short } from '../format.ts';
import { type CommandResult, done, table } from '../io.ts';
import type { Cli } from '../program.ts';
import { accountsNamed } from './review.ts';

type LineOptions = {
  readonly account?: string[];
  readonly state?: Array<'pending' | 'booked' | 'removed'>;
  readonly from?: string;
  readonly to?: string;
  readonly limit?: string;
};

export function registerLines(program: Command, cli: Cli): void {
  const lines = program
    .command('lines')
    .argument('[words...]', 'words in texts, ids and metadata; all must occur')
    .option('--account <mask...>', 'only these bank accounts, by mask, name or id')
    .option('--state <state...>', 'pending, booked, removed')
    .option('--from <date>', 'from this day')
    .option('--to <date>', 'up to this day')
    .option('--limit <n>', 'show so many', '100')
    .description('search the bank lines of all accounts');
  cli.inWorkspace<LineOptions>(lines, async ({ api }, { account, state, from, to, limit }, ...words) => {
    const found = await api.run('lines.search', {
      search: words.join(' '),
      limit: Number(limit),
      ...(account === undefined ? {} : { feedAccountIds: await accountsNamed(api, account) }),
      ...(state === undefined ? {} : { states: state }),
      ...(from === undefined ? {} : { from }),
      ...(to === undefined ? {} : { to }),
    });
    const rows = found.lines.map((line) => [
      line.date,
      accountText({ name: line.accountName, mask: line.mask }),
      amountText(line.amount),
      short(line.text),
      line.state,
      line.proposalState ?? 'no entry',
      line.id,
    ]);
    const head = ['Date', 'Account', 'Amount', 'Text', 'State', 'Entry', 'Id'];
    const shown = rows.length === 0 ? ['No line fits.'] : table(head, rows, [2]);
    return done(found, [...shown, `${counted(found.total, 'line')} in all.`]);
  });

  const story = program
    .command('line')
    .argument('<id>', 'a bank line')
    .description('everything about one bank line, from the bank’s record to the voucher');
  cli.inWorkspace(story, async ({ api }, _, id = '') => storyResult(await api.run('line.story', { lineId: id })));

  const exceptions = program
    .command('exceptions')
    .option('--settled', 'the settled ones too')
    .description('rows that could not be read, and entries that the ledger refused or holds otherwise');
  cli.inWorkspace<{ settled?: boolean }>(exceptions, async ({ api }, { settled }) => {
    const found = await api.run('activity.exceptions', { settled: settled ?? false, limit: 1_000 });
    const lines = [
      ...found.rows.map((row) => `${row.id}  ${row.openedAt.slice(0, 10)}  ${row.bank ?? 'bank'}: ${row.sentence}`),
      ...found.entries.map(
        (entry) =>
          `${entry.id}  ${entry.state}  ${entry.date} ${amountText(entry.amount)} ${entry.text}: ${entry.error?.sentence ?? ''}`,
      ),
    ];
    return done(found, lines.length === 0 ? ['No exception.'] : lines);
  });

  const settle = program
    .command('settle')
    .requiredOption('--id <id>', 'a row that could not be read')
    .requiredOption('--note <text>', 'how it was dealt with')
    .description('settle a row that could not be read');
  cli.inWorkspace<{ id: string; note: string }>(settle, async ({ api }, { id, note }) =>
    done(await api.run('activity.settleException', { id, note }), ['Settled.']),
  );
}

function storyResult(story: CallOutput<'line.story'>): CommandResult {
  const { line, revisions, proposals, postings, events } = story;
  return done(story, [
    `${line.date}  ${amountText(line.amount)}  ${line.state}  ${line.bank ?? ''} ${accountText({ name: line.accountName, mask: line.mask })}`,
    line.bankText ?? line.text,
    ...revisions.map(
      (step) => `${step.at}  ${step.change}: was ${step.state} ${step.date} ${amountText(step.amount)} ${step.text}`,
    ),
    ...proposals.map(
      (entry) => `Entry ${entry.id}  ${entry.state}  ${amountText(entry.amount)}  ${entry.text} (${entry.reason})`,
    ),
    ...postings.map(
      (posting) =>
        `Posting ${posting.reference}  ${posting.state}  journal ${posting.journalNumber ?? '-'}  voucher ${posting.voucher ?? '-'}  ${posting.ledgerState ?? ''}`,
    ),
    ...events.map((event) => `${event.at}  ${event.actor}  ${event.sentence}`),
  ]);
}
