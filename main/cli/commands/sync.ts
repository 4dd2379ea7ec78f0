import type { Command } from 'commander';
import type { CallOutput } from '../../api/contract.ts';
import { callsLeftLines } from '../calls-left.ts';
import { amountText, counted, exitFor, troubleText } from '../format.ts';
import { type CommandResult, done, EXIT, table } from '../io.ts';
import type { Cli } from '../program.ts';

export function registerSync(program: Command, cli: Cli): void {
  const sync = program
    .command('sync')
    .option('--feed <id...>', 'only these banks')
    .description('fetch the banks, then propose entries for what is new');
  cli.inWorkspace<{ feed?: string[] }>(sync, async ({ api }, { feed }) =>
    syncResult(await api.run('sync.run', feed === undefined ? {} : { feedIds: feed }), await callsLeftLines(api)),
  );
}

function syncResult(result: CallOutput<'sync.run'>, callsLeft: readonly string[]): CommandResult {
  const { feeds, proposals, exceptions, gaps, ledgerTrouble } = result;
  const newLines = feeds.reduce((sum, feed) => sum + feed.newLines, 0);
  // A bank that still prepares its first data has not failed; Daybook asks again by itself.
  const failed = feeds.filter((feed) => feed.error !== null && feed.outcome !== 'not_ready');
  const rows = feeds.map((feed) => [
    feed.bank ?? feed.feedId,
    feed.outcome,
    String(feed.newLines),
    String(feed.changedLines),
    String(feed.removedLines),
    String(feed.rejectedRows),
    feed.error?.sentence ?? '',
  ]);
  const head = ['Bank', 'Outcome', 'New', 'Changed', 'Removed', 'Unreadable', 'What it says'];
  const lines = [
    ...(feeds.length === 0 ? ['No bank is linked yet.'] : table(head, rows, [2, 3, 4, 5])),
    `Entries: ${proposals.made} made, ${proposals.ready} ready, ${proposals.needsPerson} need a person, ${proposals.approved} approved by rule, ${proposals.excluded} excluded, ${proposals.corrections} corrections.`,
    ...exceptions.map((row) => `Exception ${row.id} (${row.bank ?? 'bank'}): ${row.sentence}`),
    ...gaps.map((gap) => `${gap.account} does not tie out: ${amountText(gap.size)} since ${gap.firstDate}.`),
    ...ledgerTrouble.map(({ legalEntity, error }) => troubleText(legalEntity, error)),
  ];
  const waits = result.needsPerson || proposals.needsPerson > 0;
  const exit = exitFor({ anyDone: failed.length < feeds.length, failed: failed.length > 0, waits });
  const [first] = failed;
  const error = exit === EXIT.failed && first?.error ? { error: first.error } : {};
  return done({ ...result, newLines, ...error }, [...lines, ...callsLeft, `${counted(newLines, 'new line')}.`], exit);
}
