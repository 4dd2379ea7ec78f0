import type { Api, Emit } from '../api/executor.ts';
import { type HostServices, plainHost } from '../api/host-services.ts';
import { startScheduledWork } from '../api/scheduled-work.ts';
import type { Ports } from '../core/ports.ts';
import { ensureBuilt, RENDERER_DIR } from '../start/built.ts';
import { openBrowser } from '../web/open-browser.ts';
import { type BrowserHost, startBrowserHost } from '../web/server.ts';
import type { CliHost } from './host.ts';

/** What an API that serves screens is made with. */
export type Hosting = { readonly emit: Emit; readonly services: HostServices };

export type ScreensOptions = {
  readonly port?: number | undefined;
  /** Open the system's browser; default true. */
  readonly open?: boolean | undefined;
  /** Then stdout is kept for the one document of the command. */
  readonly json?: boolean | undefined;
};

export type Screens = { readonly hosting: Hosting; show(api: Api, ports: Ports): Promise<BrowserHost> };

/**
 * The screens of a workspace in the browser. The API needs `hosting` before there is a host, and the host needs the
 * API, so this comes in two steps; events of before go nowhere, because no page is open yet.
 */
export function screens(host: CliHost, options: ScreensOptions): Screens {
  const { io } = host;
  let browser: BrowserHost | undefined;
  const say = async (url: string) => {
    io.err(`Daybook waits for your browser. This link opens it, once:\n`);
    (options.json ? io.err : io.out)(`${url}\n`);
    io.err('Close it with Ctrl-C.\n');
    if (options.open !== false && !(await openBrowser(url, host.platform)))
      io.err('No browser could be opened from here. Open the link by hand, on this computer.\n');
  };
  return {
    hosting: {
      emit: (name, data) => browser?.emit(name, data),
      services: plainHost('browser', () => browser?.linkOrigin ?? null),
    },
    show: async (api, ports) => {
      await ensureBuilt((sentence) => io.err(`${sentence}\n`));
      browser = await startBrowserHost({
        api,
        ports,
        rendererDir: RENDERER_DIR,
        ...(options.port === undefined ? {} : { port: options.port }),
        onOpened: (next) => io.err(`For another window: ${next}\n`),
      });
      await say(browser.url);
      const schedule = startScheduledWork(api, ports);
      const { close } = browser;
      return {
        ...browser,
        close: async () => {
          await schedule.stop();
          await close();
        },
      };
    },
  };
}

/** Until Ctrl-C, or a polite request to end. */
export function untilStopped(stop: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (stop.aborted) resolve();
    else stop.addEventListener('abort', () => resolve(), { once: true });
  });
}
