import type { Command } from 'commander';
import { readJson, writeOut } from '../input.ts';
import { done } from '../io.ts';
import type { Cli } from '../program.ts';

export function registerSetup(program: Command, cli: Cli): void {
  const setup = program.command('setup').description('connections, mappings and rules as one JSON document');

  const apply = setup
    .command('apply')
    .argument('<file>', 'the setup document; - reads standard input')
    .description('bring the workspace to what the document says; applying it twice changes nothing');
  cli.inWorkspace(apply, async ({ api }, _, file = '') => {
    const document = await readJson(file);
    const result = await api.run('setup.apply', { document });
    const parts = {
      connections: result.connections,
      banks: result.feeds,
      mappings: result.mappings,
      rules: result.rules,
    };
    const coding = [...result.mappings, ...result.rules].some(({ outcome }) => outcome !== 'unchanged');
    if (coding) await api.run('queue.recode', {});
    const changed = Object.values(parts)
      .flat()
      .some(({ outcome }) => outcome !== 'unchanged');
    const lines = Object.entries(parts).map(([name, list]) => `${name}: ${outcomes(list)}`);
    return done({ ...result, changed }, changed ? lines : [...lines, 'Nothing changed.']);
  });

  const exporting = setup
    .command('export')
    .option('--out <file>', 'write it to a file')
    .description('print the workspace as a setup document; secrets are named, never printed');
  cli.inWorkspace<{ out?: string }>(exporting, async ({ api }, { out }) => {
    const { document } = await api.run('setup.export', {});
    const text = JSON.stringify(document, null, 2);
    if (out === undefined) return done(document, text.split('\n'));
    await writeOut(out, `${text}\n`);
    return done({ file: out }, [`Written to ${out}.`]);
  });
}

function outcomes(list: ReadonlyArray<{ readonly outcome: string }>): string {
  if (list.length === 0) return 'none named';
  const counts = Map.groupBy(list, ({ outcome }) => outcome);
  return [...counts].map(([outcome, group]) => `${group.length} ${outcome}`).join(', ');
}
