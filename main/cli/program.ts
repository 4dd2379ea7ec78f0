import { Command, CommanderError } from 'commander';
import manifest from '../../package.json' with { type: 'json' };
import { asDaybookError, DaybookError } from '../core/errors.ts';
import { registerAudit } from './commands/audit.ts';
import { registerBackup } from './commands/backup.ts';
import { registerConnections } from './commands/connections.ts';
import { registerLines } from './commands/lines.ts';
import { registerMatch } from './commands/match.ts';
import { registerPeriods } from './commands/periods.ts';
import { registerPosting } from './commands/posting.ts';
import { registerPractice } from './commands/practice.ts';
import { registerReconcile } from './commands/reconcile.ts';
import { registerReview } from './commands/review.ts';
import { registerRules } from './commands/rules.ts';
import { registerRuns } from './commands/runs.ts';
import { registerSchedule } from './commands/schedule.ts';
import { registerServe } from './commands/serve.ts';
import { registerSetup } from './commands/setup.ts';
import { registerStatementFiles } from './commands/statement-files.ts';
import { registerStatus } from './commands/status.ts';
import { registerSync } from './commands/sync.ts';
import { registerVault } from './commands/vault.ts';
import { registerWebhooks } from './commands/webhooks.ts';
import type { CliHost } from './host.ts';
import { type CommandResult, EXIT, type ExitCode, print, printError } from './io.ts';
import { type CommonOptions, type Session, withWorkspace } from './session.ts';

type Action<O> = (options: O & CommonOptions, ...args: string[]) => Promise<CommandResult>;

/** What a command's registration works with. */
export type Cli = {
  readonly host: CliHost;
  /**
   * Gives a command its action. The result is printed in the asked form and decides the exit code; what is thrown is
   * printed as an error. `options` holds the command's own options and the common ones.
   */
  act<O>(command: Command, action: Action<O>): void;
  /** As `act`, with the workspace open. */
  inWorkspace<O>(
    command: Command,
    action: (session: Session, options: O & CommonOptions, ...args: string[]) => Promise<CommandResult>,
  ): void;
};

/** Every group of commands, in the order of `--help`. */
const REGISTRATIONS: ReadonlyArray<(program: Command, cli: Cli) => void> = [
  registerSetup,
  registerConnections,
  registerSync,
  registerStatementFiles,
  registerSchedule,
  registerRuns,
  registerStatus,
  registerReview,
  registerPosting,
  registerReconcile,
  registerPeriods,
  registerMatch,
  registerLines,
  registerRules,
  registerAudit,
  registerBackup,
  registerVault,
  registerPractice,
  registerWebhooks,
  registerServe,
];

/** Runs one command line. Never throws; the result is the exit code. */
export async function runProgram(argv: readonly string[], host: CliHost): Promise<ExitCode> {
  const { io } = host;
  const asJson = argv.includes('--json');
  let exit: ExitCode = EXIT.done;
  const act = <O>(command: Command, action: Action<O>) => {
    command.action(async (...given: unknown[]) => {
      // The last two are commander's own; a list of words comes as an array.
      const args = given
        .slice(0, -2)
        .flat()
        .filter((arg) => typeof arg === 'string');
      const result = await action(withoutUndefined(command.optsWithGlobals<O & CommonOptions>()), ...args);
      print(io, result, asJson);
      exit = result.exit;
    });
  };
  const cli: Cli = {
    host,
    act,
    inWorkspace: (command, action) =>
      act(command, (options: Parameters<typeof action>[1], ...args) =>
        withWorkspace(host, options, (session) => action(session, options, ...args)),
      ),
  };
  const program = buildProgram(cli, (text) => io.out(asJson ? `${JSON.stringify({ help: text }, null, 2)}\n` : text));
  try {
    if (argv.every((word) => word === '--json')) throw noCommand(program);
    await program.parseAsync([...argv], { from: 'user' });
    return exit;
  } catch (thrown) {
    if (thrown instanceof CommanderError && thrown.exitCode === 0) return EXIT.done;
    const error = thrown instanceof CommanderError ? wrongUsage(thrown) : asDaybookError(thrown);
    printError(io, error, asJson);
    return error.code === 'usage' ? EXIT.usage : EXIT.failed;
  }
}

/** All commands, without running one. */
export function buildProgram(cli: Cli, showHelp: (text: string) => void): Command {
  const program = new Command('daybook')
    .description('Fetches bank activity, lets an accountant review it, and posts it exactly once into the ERP.')
    .version(manifest.version)
    .option('--workspace <dir>', 'folder of the workspace (or DAYBOOK_WORKSPACE)')
    .option('--json', 'print exactly one JSON document on stdout, everything else on stderr')
    .option('--as <name>', 'who acts, for the audit trail; default: your user name')
    .addHelpText(
      'after',
      '\nThe passphrase comes from DAYBOOK_PASSPHRASE or is asked for.' +
        '\nExit codes: 0 done, 1 failed, 2 wrong usage, 3 done with items that need a person.',
    );
  for (const register of REGISTRATIONS) register(program, cli);
  quieten(program, showHelp);
  return program;
}

/** Errors are thrown instead of ending the process, and are printed by us alone. */
function quieten(command: Command, showHelp: (text: string) => void): void {
  command.exitOverride().configureOutput({ writeOut: showHelp, writeErr: () => {}, outputError: () => {} });
  for (const child of command.commands) quieten(child, showHelp);
}

function noCommand(program: Command): DaybookError {
  const names = program.commands.map((command) => command.name()).join(', ');
  return new DaybookError('usage', `Name a command: ${names}. "daybook --help" explains them.`);
}

function wrongUsage(error: CommanderError): DaybookError {
  if (error.code === 'commander.help')
    return new DaybookError('usage', 'Name what to do; "daybook --help" and "daybook <command> --help" explain it.');
  const [first = '', ...more] = error.message.replace(/^error: /, '').split('\n');
  const hint = more.join(' ').trim();
  const sentence = `${first.charAt(0).toUpperCase()}${first.slice(1)}`.replace(/\.?$/, '.');
  return new DaybookError('usage', `${sentence}${hint === '' ? '' : ` ${hint}`} See "daybook --help".`, {
    cause: error,
  });
}

/** Options that were not given are absent, as the API's inputs want it. */
function withoutUndefined<O extends object>(options: O): O {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as O;
}
