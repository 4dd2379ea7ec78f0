import type { Command } from 'commander';
import { z } from 'zod';
import { readRule } from '../../coding/rules.ts';
import { DaybookError } from '../../core/errors.ts';
import { amountText, counted, short } from '../format.ts';
import { readJson } from '../input.ts';
import { done, table } from '../io.ts';
import type { Cli } from '../program.ts';

export function registerRules(program: Command, cli: Cli): void {
  const rules = program.command('rules').description('rules of coding: list, test on history, order');

  const list = rules.command('list', { isDefault: true }).description('rules in the order in which they are asked');
  cli.inWorkspace(list, async ({ api }) => {
    const found = await api.run('rules.list', {});
    const rows = found.map((rule) => [
      String(rule.position),
      rule.document.name,
      rule.document.enabled === false ? 'off' : 'on',
      String(rule.hits),
      rule.sentence,
    ]);
    const head = ['Place', 'Name', 'On', 'Hits', 'Rule'];
    return done({ rules: found }, rows.length === 0 ? ['No rule yet.'] : table(head, rows, [0, 3]));
  });

  const test = rules
    .command('test')
    .argument('[file]', 'a rule as JSON; - reads standard input')
    .option('--name <name>', 'a rule that is there')
    .option('--limit <n>', 'only the newest so many lines')
    .description('try a rule on history: which lines it takes and what would change; nothing is saved');
  cli.inWorkspace<{ name?: string; limit?: string }>(test, async ({ api }, { name, limit }, file) => {
    if ((file === undefined) === (name === undefined))
      throw new DaybookError('usage', 'Name a rule: a file that holds one, or --name for one that is there.');
    const rule = file === undefined ? await ruleNamed(api, name ?? '') : readRule(await readJson(file));
    const result = await api.run('rules.test', {
      rule,
      ...(limit === undefined ? {} : { limit: z.coerce.number().parse(limit) }),
    });
    const rows = result.examples.map((example) => [
      example.date,
      amountText(example.amount),
      short(example.text),
      example.before,
      example.after,
    ]);
    return done(result, [
      `Of ${counted(result.lines, 'line')}, ${result.matches} meet it, ${result.taken} are taken by an earlier rule, ${result.changes} would change.`,
      ...(rows.length === 0 ? [] : table(['Date', 'Amount', 'Text', 'Now', 'Then'], rows, [1])),
    ]);
  });
}

async function ruleNamed(api: Parameters<Parameters<Cli['inWorkspace']>[1]>[0]['api'], name: string) {
  const rules = await api.run('rules.list', {});
  const found = rules.find((rule) => rule.document.name === name);
  if (!found) throw new DaybookError('usage', `There is no rule "${name}".`);
  return found.document;
}
