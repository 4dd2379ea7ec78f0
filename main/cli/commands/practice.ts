import { type Command, InvalidArgumentError } from 'commander';
import { practiceHeadless } from '../practice/headless.ts';
import type { Cli } from '../program.ts';

type PracticeOptions = { readonly headless?: boolean; readonly seed: number; readonly days: number };

/** `practice`: the main job on the embedded practice company; needs no account, no network, no passphrase. */
export function registerPractice(program: Command, cli: Cli): void {
  const command = program
    .command('practice')
    .description('the practice company: link, map, sync, review, post, confirm, reconcile, without any account')
    .option('--headless', 'run the whole job on virtual days and print how it ties out')
    .option('--seed <n>', 'which company is told; the same seed tells the same', wholeNumber, 1)
    .option('--days <n>', 'virtual days of a headless run', wholeNumber, 5);
  cli.act<PracticeOptions>(command, async (options) => {
    const stopping = new AbortController();
    const noLonger = cli.host.onInterrupt(() => stopping.abort());
    const tell = (sentence: string) => cli.host.io.err(`${sentence}\n`);
    try {
      return await practiceHeadless({
        seed: options.seed,
        days: options.days,
        tell,
        stop: stopping.signal,
        ...(options.workspace === undefined ? {} : { workspace: options.workspace }),
        ...(cli.host.io.env.DAYBOOK_PASSPHRASE ? { passphrase: cli.host.io.env.DAYBOOK_PASSPHRASE } : {}),
      });
    } finally {
      noLonger();
    }
  });
}

function wholeNumber(text: string): number {
  if (!/^\d{1,6}$/.test(text) || Number(text) < 1) throw new InvalidArgumentError('It must be a whole number from 1.');
  return Number(text);
}
