import type { Command } from 'commander';
import type { CallOutput } from '../../api/contract.ts';
import { amountText, counted } from '../format.ts';
import { done, EXIT, table } from '../io.ts';
import type { Cli } from '../program.ts';

type Period = CallOutput<'periods.show'>;

/** `period`: tie-out and sign-off of an account and period; `cash`: the statement of cash. */
export function registerPeriods(program: Command, cli: Cli): void {
  const period = program.command('period').description('tie-out, sign-off and lock of an account and period');
  const named = (name: string) =>
    period
      .command(name)
      .requiredOption('--account <id>', 'the account, as "daybook accounts" names it')
      .requiredOption('--from <date>', 'first day')
      .requiredOption('--to <date>', 'last day');

  const show = named('show').description('opening + movements = closing on both sides, open items with age and note');
  cli.inWorkspace<{ account: string; from: string; to: string }>(show, async ({ api }, { account, from, to }) => {
    const shown = await api.run('periods.show', { feedAccountId: account, from, to, fresh: true });
    return done(shown, periodLines(shown), shown.tiesOut ? EXIT.done : EXIT.needsPerson);
  });

  const prepare = named('prepare')
    .option('--note <text>', 'a note beside the signature', '')
    .description('sign a period that ties out as its preparer, and lock it (--as names who signs)');
  cli.inWorkspace<{ account: string; from: string; to: string; note: string }>(
    prepare,
    async ({ api }, { account, from, to, note }) => {
      const signed = await api.run('periods.prepare', { feedAccountId: account, from, to, note });
      return done(signed, [`Signed ${from} to ${to} as its preparer: ${signed.id}.`]);
    },
  );

  const review = period.command('review').argument('<id>').option('--note <text>', 'a note beside the signature', '');
  cli.inWorkspace<{ note: string }>(
    review.description('sign a prepared period as its reviewer'),
    async ({ api }, { note }, id = '') => {
      await api.run('periods.review', { id, note });
      return done({ id }, ['Reviewed.']);
    },
  );

  const reopen = period.command('reopen').argument('<id>').requiredOption('--reason <text>', 'why');
  cli.inWorkspace<{ reason: string }>(
    reopen.description('open a signed period again, and the later ones of its account'),
    async ({ api }, { reason }, id = '') => {
      await api.run('periods.reopen', { id, reason });
      return done({ id }, ['The period is open again.']);
    },
  );

  const list = period.command('list', { isDefault: true }).description('signed periods, the newest first');
  cli.inWorkspace(list, async ({ api }) => {
    const found = await api.run('periods.signOffs', {});
    const rows = found.signOffs.flatMap((one) => [
      [one.id, one.account, one.from, one.to, one.state, one.prepared.by, one.reviewed?.by ?? ''],
      ...(one.ended?.why ?? []).map((why) => ['', `  ${why}`, '', '', '', '', '']),
    ]);
    const head = ['Id', 'Account', 'From', 'To', 'State', 'Prepared by', 'Reviewed by'];
    return done(found, rows.length === 0 ? ['No period is signed off yet.'] : table(head, rows));
  });

  const check = period.command('check').description('break the sign-offs beneath which a figure moved, and say which');
  cli.inWorkspace(check, async ({ api }) => {
    const { broken } = await api.run('periods.check', {});
    const lines = broken.flatMap(({ from, to, why }) => [
      `The sign-off from ${from} to ${to} broke:`,
      ...why.map((one) => `  ${one}`),
    ]);
    return done(
      { broken },
      lines.length === 0 ? ['Every sign-off stands.'] : lines,
      broken.length === 0 ? EXIT.done : EXIT.needsPerson,
    );
  });

  const cash = program
    .command('cash')
    .option('--date <date>', 'at the end of this day; default: today')
    .description('statement of cash per legal entity and currency');
  cli.inWorkspace<{ date?: string }>(cash, async ({ api }, { date }) => {
    const statement = await api.run('cash.statement', date === undefined ? {} : { date });
    const rows = statement.groups.flatMap((group) => [
      ...group.accounts.map((one) => [
        group.legalEntity,
        one.account,
        ...sums(one),
        one.explained ? '' : 'NOT EXPLAINED',
      ]),
      [group.legalEntity, `all accounts in ${group.currency}`, ...sums(group), ''],
    ]);
    const head = ['Ledger', 'Account', 'Bank', 'Ledger balance', 'Open items', 'Pending', ''];
    return done(statement, rows.length === 0 ? ['No account is mapped yet.'] : table(head, rows, [2, 3, 4, 5]));
  });
}

type Sums = Pick<CallOutput<'cash.statement'>['groups'][number], 'bank' | 'ledger' | 'open' | 'pending'>;
const sums = ({ bank, ledger, open, pending }: Sums) => [bank, ledger, open, pending].map(amountText);

function periodLines(period: Period): string[] {
  const { bank, ledger, roll } = period;
  const balances = (['opening', 'in', 'out', 'gap', 'closing'] as const).map((name) => [
    name,
    amountText(bank[name]),
    amountText(ledger[name]),
  ]);
  const items = period.items.map((item) => [
    item.date,
    `${item.ageDays} d`,
    item.kind.replaceAll('_', ' '),
    amountText(item.amount),
    item.broughtForward ? 'brought forward' : '',
    item.note === null ? item.text : `${item.text} (${item.note.note})`,
  ]);
  return [
    `${period.account} in ${period.legalEntity}, ${period.from} to ${period.to}`,
    ...table(['', 'Bank', 'Ledger'], balances, [1, 2]),
    `Difference ${amountText(period.difference)}; open items ${amountText(roll.carriedForward)} (brought forward ${amountText(roll.broughtForward)}, arisen ${amountText(roll.arisen)}, cleared ${amountText(roll.cleared)}).`,
    ...(items.length === 0 ? ['No open item.'] : table(['Date', 'Age', 'Kind', 'Amount', '', 'Text'], items, [1, 3])),
    ...(period.pending.lines === 0
      ? []
      : [`Pending, in no balance: ${counted(period.pending.lines, 'line')}, ${amountText(period.pending.amount)}.`]),
    period.tiesOut ? 'Ties out.' : `DOES NOT TIE OUT: ${amountText(period.unexplained)} not explained.`,
    ...(period.signOff === null
      ? []
      : [
          `Signed by ${period.signOff.prepared.by}${period.signOff.reviewed === null ? '' : ` and ${period.signOff.reviewed.by}`}.`,
        ]),
  ];
}
