import type { Command } from 'commander';
import { z } from 'zod';
import { matchRules } from '../../api/calls/matches.ts';
import { DaybookError } from '../../core/errors.ts';
import { amountText, counted, short } from '../format.ts';
import { readJson } from '../input.ts';
import { done, EXIT, table } from '../io.ts';
import type { Cli } from '../program.ts';

export function registerMatch(program: Command, cli: Cli): void {
  const match = program.command('match').description('match bank lines with ledger lines: run, list, undo, rules');

  const run = match
    .command('run', { isDefault: true })
    .option('--account <id...>', 'only these accounts')
    .option('--whole', 'look at everything again, not only at what is new')
    .description('read the ledger’s new lines and match what is open');
  cli.inWorkspace<{ account?: string[]; whole?: boolean }>(run, async ({ api }, { account, whole }) => {
    const result = await api.run('matches.run', {
      ...(account === undefined ? {} : { feedAccountIds: account }),
      ...(whole === undefined ? {} : { whole }),
    });
    const passes = Object.entries(result.byPass).map(([pass, count]) => [pass.replaceAll('_', ' '), String(count)]);
    return done(
      result,
      [
        ...(passes.length === 0 ? [] : table(['Pass', 'Matches'], passes, [1])),
        `${counted(result.made, 'match', 'matches')} made, ${result.broken} no longer hold, ${counted(result.suggested, 'line')} with a suggestion.`,
        ...(result.gaveUp === 0
          ? []
          : [`${counted(result.gaveUp, 'search', 'searches')} for a sum ended at the bound.`]),
        ...(result.batchId === null ? [] : [`Undo all of it: daybook match undo --batch ${result.batchId}`]),
        ...result.trouble.map(({ account: name, error }) => `${name}: ${error.sentence}`),
      ],
      result.trouble.length === 0 ? EXIT.done : EXIT.needsPerson,
    );
  });

  const list = match
    .command('list')
    .option('--account <id>', 'one account')
    .option('--pass <name>', 'one pass, or person')
    .option('--from <date>', 'with a line on this day or later')
    .option('--to <date>', 'with a line on this day or earlier')
    .option('--undone', 'those that were undone')
    .option('--limit <n>', 'at most so many', '50')
    .description('matches, newest first, with their lines and reasons');
  cli.inWorkspace<{ account?: string; pass?: string; from?: string; to?: string; undone?: boolean; limit: string }>(
    list,
    async ({ api }, { account, pass, from, to, undone, limit }) => {
      const { total, matches } = await api.run('matches.list', {
        ...(account === undefined ? {} : { feedAccountId: account }),
        ...(pass === undefined ? {} : { pass }),
        ...(from === undefined ? {} : { from }),
        ...(to === undefined ? {} : { to }),
        ...{ state: undone === true ? 'undone' : 'made', limit: z.coerce.number().parse(limit) },
      });
      const rows = matches.flatMap((one) => [
        [one.id, one.pass.replaceAll('_', ' '), '', '', one.sentence],
        ...one.lines.map((line) => ['', `  ${line.side}`, line.date, amountText(line.amount), short(line.text)]),
        ...one.corrections.map((each) => [
          '',
          '  correction',
          '',
          amountText(each.amount),
          `${each.name}, ${each.account}`,
        ]),
      ]);
      const head = ['Match', 'Pass', 'Date', 'Amount', 'Why'];
      return done({ total, matches }, rows.length === 0 ? ['No match.'] : table(head, rows, [3]));
    },
  );

  const open = match
    .command('open')
    .argument('<account>', 'id of the account')
    .option('--until <date>', 'up to this day; default: today')
    .description('lines of both sides that are in no match');
  cli.inWorkspace<{ until?: string }>(open, async ({ api }, { until }, account) => {
    const ask = (side: 'statement' | 'ledger') =>
      api.run('matches.open', {
        feedAccountId: account ?? '',
        side,
        limit: 1_000,
        ...(until === undefined ? {} : { until }),
      });
    const sides = { statement: await ask('statement'), ledger: await ask('ledger') };
    const rows = Object.entries(sides).flatMap(([side, { lines }]) =>
      lines.map((line) => [line.id, side, line.date, amountText(line.amount), short(line.text)]),
    );
    return done(sides, [
      ...(rows.length === 0 ? ['Nothing is open.'] : table(['Line', 'Side', 'Date', 'Amount', 'Text'], rows, [3])),
      `Bank ${amountText(sides.statement.sum)}, ledger ${amountText(sides.ledger.sum)}.`,
    ]);
  });

  const candidates = match
    .command('candidates')
    .argument('<line>', 'id of a statement line')
    .description('what may belong to a statement line, with reasons');
  cli.inWorkspace(candidates, async ({ api }, _, line) => {
    const found = await api.run('matches.candidates', { lineId: line ?? '' });
    const rows = found.map((one) => [
      String(one.rank),
      String(one.score),
      one.lines.flatMap((each) => (each.side === 'ledger' ? [each.id] : [])).join(' '),
      one.sentence,
    ]);
    return done(
      { candidates: found },
      rows.length === 0 ? ['No suggestion.'] : table(['Place', 'Score', 'Ledger', 'Why'], rows, [0, 1]),
    );
  });

  const make = match
    .command('make')
    .argument('<account>', 'id of the account')
    .requiredOption('--bank <line...>', 'statement lines')
    .requiredOption('--ledger <line...>', 'ledger lines')
    .option('--note <text>', 'why')
    .description('match lines by hand; they must come to zero');
  cli.inWorkspace<{ bank: string[]; ledger: string[]; note?: string }>(
    make,
    async ({ api }, { bank, ledger, note }, account) => {
      const made = await api.run('matches.make', {
        ...{ feedAccountId: account ?? '', statementLineIds: bank, ledgerLineIds: ledger },
        ...(note === undefined ? {} : { note }),
      });
      return done(made, [`Matched: ${made.matchId}.`]);
    },
  );

  const undo = match
    .command('undo')
    .argument('[match]', 'id of a match')
    .option('--batch <id>', 'all that a run or act made, or an undoing that was a mistake')
    .option('--bank <line...>', 'only these statement lines of the match')
    .option('--ledger <line...>', 'only these ledger lines of the match')
    .option('--note <text>', 'why')
    .description('take a match apart; no run makes it again');
  cli.inWorkspace<{ batch?: string; bank?: string[]; ledger?: string[]; note?: string }>(
    undo,
    async ({ api }, { batch, bank = [], ledger = [], note = '' }, id) => {
      if ((id === undefined) === (batch === undefined))
        throw new DaybookError('usage', 'Name a match, or with --batch what a run or act made.');
      const lines = [
        ...bank.map((line) => ({ side: 'statement' as const, id: line })),
        ...ledger.map((line) => ({ side: 'ledger' as const, id: line })),
      ];
      const result = await api.run(
        'matches.undo',
        batch === undefined ? { matchId: id ?? '', lines, note } : { batchId: batch, note },
      );
      return done(result, [
        `${result.undone} taken apart, ${result.restored} made good again. Undo this: daybook match undo --batch ${result.batchId}`,
      ]);
    },
  );

  const rules = match.command('rules').description('how each account is matched');
  const show = rules.command('list', { isDefault: true }).description('the rules of each account');
  cli.inWorkspace(show, async ({ api }) => {
    const found = await api.run('matches.rules', {});
    const rows = found.map(({ feedAccountId, account, rules: one }) => [
      feedAccountId,
      account,
      one.automatic ? 'automatic' : 'suggest',
      `${one.daysBefore}/${one.daysAfter}/${one.farDays}`,
      one.corrections.map(({ name, upTo }) => `${name} up to ${upTo}`).join(', '),
    ]);
    return done(
      { rules: found },
      rows.length === 0
        ? ['No account is mapped yet.']
        : table(['Account', 'Name', 'How', 'Days', 'Corrections'], rows),
    );
  });
  const test = rules
    .command('test')
    .argument('<account>', 'id of the account')
    .argument('<file>', 'rules as JSON; - reads standard input')
    .description('try rules on the whole history; nothing is saved');
  cli.inWorkspace(test, async ({ api }, _, account, file) => {
    const input = { feedAccountId: account ?? '', rules: await readRules(file) };
    const result = await api.run('matches.testRules', input);
    return done(result, [
      `Of ${counted(result.statementLines, 'bank line')}, ${result.matchedStatementLines} would be matched in ${counted(result.made, 'match', 'matches')}.`,
      `Of what is matched now, ${result.same} stay as they are, ${result.otherwise} would be otherwise (${result.byPersonOtherwise} of a person), ${result.notFound} would not be found; ${result.fresh} are new.`,
    ]);
  });
  const save = rules
    .command('save')
    .argument('<account>', 'id of the account')
    .argument('<file>', 'rules as JSON; - reads standard input')
    .description('set how an account is matched');
  cli.inWorkspace(save, async ({ api }, _, account, file) => {
    const saved = await api.run('matches.saveRules', { feedAccountId: account ?? '', rules: await readRules(file) });
    return done(saved, ['Saved.']);
  });
}

async function readRules(file = '-'): Promise<z.output<typeof matchRules>> {
  const parsed = matchRules.safeParse(await readJson(file));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new DaybookError('usage', `These are no rules: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}.`);
}
