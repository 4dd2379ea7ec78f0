import { type Command, InvalidArgumentError } from 'commander';
import { startScheduledWork } from '../../api/scheduled-work.ts';
import { startWebhookWork } from '../../api/webhook-work.ts';
import { done } from '../io.ts';
import { practiceFolder } from '../paths.ts';
import type { Cli } from '../program.ts';
import { type ScreensOptions, screens, untilStopped } from '../screens.ts';
import { type CommonOptions, withWorkspace, workspaceFolder } from '../session.ts';

/** `serve`: the screens in a browser on this computer, until Ctrl-C. */
export function registerServe(program: Command, cli: Cli): void {
  const serve = program
    .command('serve')
    .description('the screens in a browser on this computer; prints a link that works once')
    .option('--port <n>', 'port on 127.0.0.1; default: a free one', portNumber)
    .option('--no-open', 'print the link and open no browser');
  cli.act<ScreensOptions>(serve, async (options: ScreensOptions & CommonOptions) => {
    const actor = options.as ?? cli.host.io.userName;
    const folder = practiceFolder(workspaceFolder(cli.host, options));
    const { hosting, show } = screens(cli.host, options, async ({ clock, log, processes }, host) => {
      // Loaded only now: the practice banks and ERP come with it.
      const { openPracticeApi } = await import('../practice/practice-api.ts');
      return openPracticeApi({ folder, seed: 1, actor, clock, log, processes, ...host });
    });
    return withWorkspace(
      cli.host,
      options,
      async ({ api, ports, stop }) => {
        const host = await show(api, ports);
        const schedule = startScheduledWork(api, ports);
        const webhooks = startWebhookWork(api, ports);
        await untilStopped(stop);
        await webhooks.stop();
        await schedule.stop();
        await host.close();
        return done({ stopped: true }, ['Daybook is closed.']);
      },
      hosting,
    );
  });
}

function portNumber(text: string): number {
  const port = Number(text);
  if (!/^\d{1,5}$/.test(text) || port > 65_535) throw new InvalidArgumentError('It must be a port number.');
  return port;
}
