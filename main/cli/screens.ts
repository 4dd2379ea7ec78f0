import type { Api, Emit } from '../api/executor.ts';
import { type HostServices, plainHost } from '../api/host-services.ts';
import { createPracticeCompany, type OpenPractice } from '../api/practice-company.ts';
import { asDaybookError } from '../core/errors.ts';
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

/** Opens the practice company beside the workspace. */
export type PracticeBeside = (
  ports: Ports,
  host: Parameters<OpenPractice>[0] & { readonly services: HostServices },
) => Promise<Api>;

/**
 * The screens of a workspace in the browser. The API needs `hosting` before there is a host, and the host needs the
 * API, so this comes in two steps; events of before go nowhere, because no page is open yet.
 */
export function screens(host: CliHost, options: ScreensOptions, beside?: PracticeBeside): Screens {
  const { io } = host;
  let browser: BrowserHost | undefined;
  let workingPorts: Ports | undefined;
  const emit: Emit = (name, data) => browser?.emit(name, data);
  const practice =
    beside &&
    createPracticeCompany(
      emit,
      (practiceHost) => {
        // No page is served before `show`, so nobody can ask earlier.
        if (workingPorts === undefined) throw new Error('the screens are not shown yet');
        return beside(workingPorts, { ...practiceHost, services: hosting.services });
      },
      (thrown) => workingPorts?.log.error({ err: thrown, code: asDaybookError(thrown).code }, 'practice company'),
    );
  const hosting: Hosting = {
    emit: practice?.ownEmit ?? emit,
    services: plainHost('browser', () => browser?.linkOrigin ?? null, practice),
  };
  const say = async (url: string) => {
    io.err(`Daybook waits for your browser. This link opens it, once:\n`);
    (options.json ? io.err : io.out)(`${url}\n`);
    io.err('Close it with Ctrl-C.\n');
    if (options.open !== false && !(await openBrowser(url, host.platform)))
      io.err('No browser could be opened from here. Open the link by hand, on this computer.\n');
  };
  return {
    hosting,
    show: async (api, ports) => {
      await ensureBuilt((sentence) => io.err(`${sentence}\n`));
      workingPorts = ports;
      browser = await startBrowserHost({
        api: practice ? { call: (envelope) => practice.call(api.call, envelope) } : api,
        ports,
        rendererDir: RENDERER_DIR,
        ...(options.port === undefined ? {} : { port: options.port }),
        onOpened: (next) => io.err(`For another window: ${next}\n`),
      });
      await say(browser.url);
      const { close } = browser;
      return {
        ...browser,
        close: async () => {
          await practice?.close();
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
