import { type Command, InvalidArgumentError, Option } from 'commander';
import { COMPANY_NAMES, type CompanyName, DEFAULT_COMPANY } from '../../../practice/company/names.ts';
import { type CommandResult, done } from '../io.ts';
import { practiceFolder, workspaceFiles } from '../paths.ts';
import type { Cli } from '../program.ts';
import { screens, untilStopped } from '../screens.ts';
import { type CommonOptions, workspaceFolder } from '../session.ts';

type PracticeOptions = {
  readonly company: CompanyName;
  readonly headless?: boolean;
  readonly seed: number;
  readonly days: number;
  readonly port?: number;
  readonly open?: boolean;
};

/** `practice`: the main job on the embedded practice company; needs no account, no network, no passphrase. */
export function registerPractice(program: Command, cli: Cli): void {
  const command = program
    .command('practice')
    .description('the practice company: the whole app without any account; begins anew each time')
    .option('--headless', 'run the whole job on virtual days and print how it ties out')
    .addOption(new Option('--company <name>', 'which practice company').choices(COMPANY_NAMES).default(DEFAULT_COMPANY))
    .option('--seed <n>', 'which company is told; the same seed tells the same', wholeNumber, 1)
    .option('--days <n>', 'virtual days of a headless run', wholeNumber, 5)
    .option('--port <n>', 'port on 127.0.0.1; default: a free one', wholeNumber)
    .option('--no-open', 'print the link and open no browser');
  cli.act<PracticeOptions>(command, async (options) => {
    const stopping = new AbortController();
    const noLonger = cli.host.onInterrupt(() => stopping.abort());
    try {
      // Loaded only now: the practice banks and ERP come with it.
      return await (options.headless ? headless(cli, options, stopping.signal) : open(cli, options, stopping.signal));
    } finally {
      noLonger();
    }
  });
}

async function headless(cli: Cli, options: PracticeOptions & CommonOptions, stop: AbortSignal): Promise<CommandResult> {
  const { practiceHeadless } = await import('../practice/headless.ts');
  const { env, err } = cli.host.io;
  return practiceHeadless({
    company: options.company,
    seed: options.seed,
    days: options.days,
    tell: (sentence) => err(`${sentence}\n`),
    stop,
    ...(options.workspace === undefined ? {} : { workspace: options.workspace }),
    ...(env.DAYBOOK_PASSPHRASE ? { passphrase: env.DAYBOOK_PASSPHRASE } : {}),
  });
}

/** The screens on the practice company, until Ctrl-C. Its workspace lies beside the real one and is made anew. */
async function open(cli: Cli, options: PracticeOptions & CommonOptions, stop: AbortSignal): Promise<CommandResult> {
  const { openPracticeApi } = await import('../practice/practice-api.ts');
  const folder = practiceFolder(workspaceFolder(cli.host, options));
  const { ports, close } = await cli.host.openPorts(workspaceFiles(folder).logs);
  try {
    const { hosting, show } = screens(cli.host, options);
    const api = await openPracticeApi({
      ...{
        folder,
        company: options.company,
        seed: options.seed,
        clock: ports.clock,
        log: ports.log,
        processes: ports.processes,
      },
      ...{ actor: options.as ?? cli.host.io.userName, ...hosting },
      tell: (sentence) => cli.host.io.err(`${sentence}\n`),
    });
    try {
      const browser = await show(api, ports);
      await untilStopped(stop);
      await browser.close();
    } finally {
      await api.close();
    }
    return done({ stopped: true }, ['The practice company is closed.']);
  } finally {
    await close();
  }
}

function wholeNumber(text: string): number {
  if (!/^\d{1,6}$/.test(text) || Number(text) < 1) throw new InvalidArgumentError('It must be a whole number from 1.');
  return Number(text);
}
