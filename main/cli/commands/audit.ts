import { extname } from 'node:path';
import { type Command, Option } from 'commander';
import { exportTrail } from '../../audit/export.ts';
import { counted } from '../format.ts';
import { writeOut } from '../input.ts';
import { done, EXIT, table } from '../io.ts';
import type { Cli } from '../program.ts';

type Format = 'csv' | 'xlsx' | 'jsonl';

export function registerAudit(program: Command, cli: Cli): void {
  const audit = program.command('audit').description('the trail: who did what, when, on which figures');

  const verify = audit.command('verify').description('recompute every link and name the first that does not hold');
  cli.inWorkspace(verify, async ({ api }) => {
    const check = await api.run('audit.verify', {});
    const sentence =
      check.firstBroken?.reason ?? `The trail holds: ${counted(check.events, 'event')}. Last hash: ${check.headHash}`;
    return done(check, [sentence], check.verified ? EXIT.done : EXIT.failed);
  });

  const search = audit
    .command('search')
    .argument('[words...]', 'words in actor, action, subject and data')
    .option('--actor <name>', 'only of this person')
    .option('--action <action>', 'such as proposal.approved')
    .option('--from <date>', 'from this day')
    .option('--to <date>', 'up to this day')
    .description('the newest events first');
  cli.inWorkspace<{ actor?: string; action?: string; from?: string; to?: string }>(
    search,
    async ({ api }, { actor, action, from, to }, ...words) => {
      const filter = {
        ...(words.length === 0 ? {} : { search: words.join(' ') }),
        ...(actor === undefined ? {} : { actor }),
        ...(action === undefined ? {} : { action }),
        ...(from === undefined ? {} : { from }),
        ...(to === undefined ? {} : { to }),
      };
      const found = await api.run('audit.search', { filter });
      const rows = found.events.map((event) => [
        String(event.seq),
        event.at,
        event.actor,
        event.sentence,
        event.subject,
      ]);
      return done(found, table(['Number', 'At', 'Who', 'What', 'Subject'], rows, [0]));
    },
  );

  const exporting = audit
    .command('export')
    .addOption(new Option('--format <format>', 'jsonl holds the hashes').choices(['csv', 'xlsx', 'jsonl']))
    .option('--out <file>', 'write it to a file')
    .description('the whole trail, as JSON lines unless told');
  cli.inWorkspace<{ format?: Format; out?: string; json?: boolean }>(exporting, async ({ api, daybook }, options) => {
    const format = options.format ?? formatOf(options.out);
    if (options.out === undefined && !options.json && format !== 'xlsx') {
      for await (const page of exportTrail(daybook.store.read, format)) cli.host.io.out(page);
      return done(null, []);
    }
    const file = await api.run('export.audit', { format });
    if (options.out === undefined) return done(file, [file.content]);
    await writeOut(options.out, file.encoding === 'base64' ? Buffer.from(file.content, 'base64') : file.content);
    const lines = [`${counted(file.rows, 'event')} written to ${options.out}.`];
    return done({ file: options.out, format, events: file.rows }, lines);
  });
}

function formatOf(file: string | undefined): Format {
  const extension = file === undefined ? '' : extname(file).toLowerCase();
  return extension === '.csv' ? 'csv' : extension === '.xlsx' ? 'xlsx' : 'jsonl';
}
