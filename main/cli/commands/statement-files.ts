import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Command } from 'commander';
import type { CallOutput } from '../../api/contract.ts';
import { asDaybookError, DaybookError, type SerialError } from '../../core/errors.ts';
import { accountText, amountText, counted } from '../format.ts';
import { writeOut } from '../input.ts';
import { type CommandResult, done, EXIT, table } from '../io.ts';
import type { Cli } from '../program.ts';
import type { Session } from '../session.ts';
import { accountsNamed } from './review.ts';

type ImportOptions = {
  readonly preview?: boolean;
  readonly account?: string;
  readonly newAccount?: string;
  readonly currency?: string;
  readonly dateOrder?: 'day_first' | 'month_first';
};

type Preview = CallOutput<'statementFiles.preview'>;
type Account = Preview['accounts'][number];

export function registerStatementFiles(program: Command, cli: Cli): void {
  const take = program
    .command('import')
    .argument('<files...>', 'bank statement files: CAMT.053, MT940, BAI2, OFX, QIF')
    .option('--preview', 'say what is inside and what is new; write nothing')
    .option('--account <mask>', 'the account that it is, by mask, name or id, where the file does not say it')
    .option('--new-account <name>', 'the name of a new account, where the file does not say it')
    .option('--currency <code>', 'the currency of a QIF file')
    .option('--date-order <order>', 'how QIF writes 03/04: day_first or month_first')
    .description('take in bank statement files, each whole or not at all');
  cli.inWorkspace<ImportOptions>(take, ({ api }, options, ...files) => importAll(api, options, files));

  const list = program.command('statement-files').description('the bank statement files that were taken in');
  cli.inWorkspace(list, async ({ api }) => {
    const files = await api.run('statementFiles.list', {});
    const rows = files.map((file) => [
      file.importedAt.slice(0, 10),
      file.name,
      file.accounts.map(({ name, last4 }) => accountText({ name, mask: last4 })).join(', '),
      `${file.from ?? '?'} to ${file.to ?? '?'}`,
      String(file.lines),
      file.undoneAt === null ? '' : 'taken back',
      file.id,
    ]);
    const head = ['Came', 'File', 'Account', 'Period', 'Lines', '', 'Id'];
    return done(files, files.length === 0 ? ['No file was taken in yet.'] : table(head, rows, [4]));
  });

  const undo = program
    .command('undo-import')
    .requiredOption('--id <id>', 'a file of `statement-files`')
    .description('take a file back, while nothing of it is approved');
  cli.inWorkspace<{ id: string }>(undo, async ({ api }, { id }) => {
    const undone = await api.run('statementFiles.undo', { fileId: id });
    return done(undone, [
      `Took it back: ${counted(undone.removedLines, 'line')} removed, ${undone.keptLines} stay because another file shows them.`,
    ]);
  });

  const write = program
    .command('export-statement')
    .requiredOption('--account <mask>', 'a bank account, by mask, name or id')
    .requiredOption('--from <date>', 'the first day')
    .requiredOption('--to <date>', 'the last day; it must be over')
    .requiredOption('--out <file>', 'where to write it')
    .option('--format <format>', 'camt053.001.02, camt053.001.08, mt940, bai2', 'camt053.001.08')
    .option('--number <number>', 'the account number that the ledger knows, where the bank told none')
    .description('write the statements of an account, one a day, for the ledger’s own import');
  cli.inWorkspace<ExportOptions>(write, exportStatement);
}

type ExportOptions = {
  readonly account: string;
  readonly from: string;
  readonly to: string;
  readonly out: string;
  readonly format: 'camt053.001.02' | 'camt053.001.08' | 'mt940' | 'bai2';
  readonly number?: string;
};

async function exportStatement({ api }: Session, options: ExportOptions): Promise<CommandResult> {
  const { account, from, to, out, format, number } = options;
  const [feedAccountId, ...others] = await accountsNamed(api, [account]);
  if (feedAccountId === undefined || others.length > 0)
    throw new DaybookError('usage', `More than one account is called "${account}". Give its id.`);
  const asked = { feedAccountId, from, to, format, ...(number === undefined ? {} : { number }) };
  const { content, ...written } = await api.run('statementFiles.export', asked);
  await writeOut(out, content);
  return done({ ...written, out }, [
    `Wrote ${out}: ${counted(written.days, 'statement')}, ${counted(written.rows, 'line')}.`,
  ]);
}

type Outcome = { readonly file: string } & (
  | { readonly preview: Preview }
  | { readonly imported: CallOutput<'statementFiles.import'> }
  | { readonly error: SerialError }
);

/** One after another, oldest name first as they were given; a file that is refused does not keep the others out. */
async function importAll(
  api: Session['api'],
  options: ImportOptions,
  files: readonly string[],
): Promise<CommandResult> {
  const outcomes: Outcome[] = [];
  for (const file of files) {
    try {
      outcomes.push({ file, ...(await importOne(api, options, file)) });
    } catch (thrown) {
      const error = asDaybookError(thrown);
      if (error.code === 'cancelled' || error.code === 'usage') throw error;
      outcomes.push({ file, error: error.toJSON() });
    }
  }
  const failed = outcomes.filter((one) => 'error' in one).length;
  const exit = failed === 0 ? EXIT.done : failed === outcomes.length ? EXIT.failed : EXIT.needsPerson;
  const [first] = outcomes.flatMap((one) => ('error' in one ? [one.error] : []));
  return done(
    { files: outcomes, ...(exit === EXIT.failed && first !== undefined ? { error: first } : {}) },
    outcomes.flatMap(linesOf),
    exit,
  );
}

async function importOne(api: Session['api'], options: ImportOptions, path: string) {
  const { preview, account, newAccount, currency, dateOrder } = options;
  const content = await contentOf(path);
  const [feedAccountId] = account === undefined ? [] : await accountsNamed(api, [account]);
  const chosen =
    feedAccountId !== undefined
      ? [{ key: '1', feedAccountId }]
      : newAccount !== undefined
        ? [{ key: '1', name: newAccount }]
        : [];
  const given = {
    ...{ name: basename(path), content, accounts: chosen },
    ...(currency === undefined ? {} : { currency }),
    ...(dateOrder === undefined ? {} : { dateOrder }),
  };
  if (preview === true) return { preview: await api.run('statementFiles.preview', given) };
  return { imported: await api.run('statementFiles.import', given) };
}

async function contentOf(path: string): Promise<string> {
  try {
    return (await readFile(path)).toString('base64');
  } catch (cause) {
    throw new DaybookError('usage', `The file ${path} cannot be read; name a file that is there.`, { cause });
  }
}

function linesOf(outcome: Outcome): string[] {
  const { file } = outcome;
  if ('error' in outcome) return [`${file}: refused. ${outcome.error.sentence}`];
  if ('preview' in outcome) {
    const { format, accounts, refused, notes, cameBefore } = outcome.preview;
    return [
      `${file}: ${format}${cameBefore === null ? '' : `, taken in on ${cameBefore.at.slice(0, 10)} already`}.`,
      ...accounts.flatMap(accountLines),
      ...refused.map(({ line, sentence }) => `  refused, line ${line}: ${sentence}`),
      ...notes.map((note) => `  ${note}`),
    ];
  }
  const { imported } = outcome;
  const head =
    imported.outcome === 'known'
      ? `${file}: all of it is here already.`
      : `${file}: ${counted(imported.newLines, 'new line')}, ${imported.knownLines} known, ${imported.rejectedRows} unreadable. File ${imported.fileId ?? ''}.`;
  return [head, ...imported.accounts.flatMap((account) => gapLines(account))];
}

function accountLines(account: Account): string[] {
  const { name, last4, currency, feedAccountId, blocked, newLines, knownLines, statements } = account;
  const [from, to] = [statements[0]?.from ?? '?', statements.at(-1)?.to ?? '?'];
  return [
    `  ${accountText({ name, mask: last4 })} ${currency}${feedAccountId === null ? ' (new)' : ''}: ${counted(statements.length, 'statement')} ${from} to ${to}, ${counted(newLines, 'new line')}, ${knownLines} known.`,
    ...(blocked === null ? [] : [`  cannot be taken in: ${blocked}`]),
    ...gapLines(account),
  ];
}

function gapLines({ gaps }: Account): string[] {
  return gaps.map(
    ({ after, before, size }) =>
      `  Between ${after ?? 'the beginning'} and ${before ?? 'the next statement'} movements of ${amountText(size)} are missing.`,
  );
}
