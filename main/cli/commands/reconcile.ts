import type { Command } from 'commander';
import { amountText, counted } from '../format.ts';
import { done, EXIT, table } from '../io.ts';
import type { Cli } from '../program.ts';

export function registerReconcile(program: Command, cli: Cli): void {
  const reconcile = program
    .command('reconcile')
    .option('--date <date...>', 'these days; default: today')
    .description('compare bank and ledger of every mapped account, difference explained by named items');
  cli.inWorkspace<{ date?: string[] }>(reconcile, async ({ api }, { date }) => {
    const reconciliations = await api.run('reconcile.run', date === undefined ? {} : { dates: date });
    const rows = reconciliations.flatMap((one) => [
      [
        one.date,
        one.account,
        one.legalEntity,
        amountText(one.bankBalance),
        amountText(one.ledgerBalance),
        amountText(one.difference),
        one.explained ? 'explained' : 'NOT EXPLAINED',
      ],
      ...one.openItems.map((item) => [
        '',
        `  ${item.date}`,
        '',
        '',
        '',
        amountText(item.amount),
        `${item.kind.replaceAll('_', ' ')}: ${item.text}`,
      ]),
    ]);
    const head = ['Date', 'Account', 'Ledger', 'Bank', 'Ledger balance', 'Difference', 'Why'];
    const open = reconciliations.filter((one) => !one.explained).length;
    const lines = rows.length === 0 ? ['No account is mapped yet.'] : table(head, rows, [3, 4, 5]);
    const told = open === 0 ? [] : [`${counted(open, 'difference')} not explained.`];
    return done({ reconciliations }, [...lines, ...told], open === 0 ? EXIT.done : EXIT.needsPerson);
  });
}
