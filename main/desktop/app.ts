import { join } from 'node:path';
import { app, dialog, powerMonitor, session as sessions, shell } from 'electron';
import type { EventData, EventName } from '../api/contract.ts';
import type { Api, Emit } from '../api/executor.ts';
import type { HostServices } from '../api/host-services.ts';
import type { Clock } from '../core/clock.ts';
import { asDaybookError } from '../core/errors.ts';
import type { FileLog } from '../core/log.ts';
import type { Fetch } from '../core/ports.ts';
import type { Random } from '../core/random.ts';
import { openPages } from '../web/pages.ts';
import { systemKeyring } from './cipher.ts';
import { computerConditions } from './conditions.ts';
import { createDoor, type Door, type OpenPracticeBeside } from './door.ts';
import { answerCalls, sendEvent } from './ipc.ts';
import { HIDDEN, loginItem } from './login-item.ts';
import { setMenu } from './menu.ts';
import { electronFetch } from './net.ts';
import { notify } from './notify.ts';
import { LINK_ORIGIN } from './origin.ts';
import { guardContents, guardSession } from './permissions.ts';
import { openProtection, protectionFile } from './protection.ts';
import { declareScheme, servePages } from './protocol.ts';
import { latestRunTeller } from './run-notice.ts';
import { createTray, type TrayMenu } from './tray.ts';
import { createTrayTeller } from './tray-teller.ts';
import { updater } from './updates.ts';
import { mainWindow } from './windows.ts';

/** What the app's wiring (main/index.ts) gives: the engine, and where things lie. */
export type DesktopParts = {
  readonly platform: NodeJS.Platform;
  readonly arguments: readonly string[];
  /** The workspace's folder. */
  readonly folder: string;
  readonly database: string;
  readonly rendererDir: string;
  readonly preload: string;
  readonly resourcesPath: string;
  readonly configHome: string;
  readonly clock: Clock;
  readonly random: Random;
  /** The practice company's: it opens without a question. */
  readonly passphrase?: string;
  readonly openLog: () => Promise<FileLog>;
  readonly openEngine: (options: EngineOptions) => Promise<Api>;
  /** Opens the practice company beside the workspace; absent where the workspace is the practice company. */
  readonly openPractice?: (host: Parameters<OpenPracticeBeside>[0] & { readonly log: FileLog }) => Promise<Api>;
};

export type EngineOptions = {
  readonly passphrase: string;
  readonly fetch: Fetch;
  readonly log: FileLog;
  readonly emit: Emit;
  readonly services: HostServices;
  readonly passphraseChanged: (next: string) => void;
  readonly productionRefused: () => boolean;
  /** Calls back when the computer woke up or was plugged in. @returns the way to stop listening */
  readonly onWake: (look: () => void) => () => void;
};

/**
 * Runs the desktop app: one instance for a workspace, its window, its tray. What must be set before Electron is ready
 * is set here, at once. It returns before Electron is ready, and must: Electron becomes ready only after the main
 * module has run to its end, so a module that waits for it waits for ever (electron/electron#40719).
 */
export function startDesktop(parts: DesktopParts): void {
  app.setName('Daybook');
  app.setAppUserModelId('app.daybook.desktop');
  app.setPath('userData', join(parts.folder, 'desktop'));
  if (!app.requestSingleInstanceLock()) {
    app.quit();
    return;
  }
  app.enableSandbox();
  declareScheme();
  begin(parts).catch((thrown: unknown) => {
    dialog.showErrorBox('Daybook cannot start', asDaybookError(thrown).message);
    app.exit(1);
  });
}

async function begin(parts: DesktopParts): Promise<void> {
  const log = await parts.openLog();
  const shown: Shown = { practice: () => parts.passphrase !== undefined };
  guardContents(app, { openExternal: (url) => shell.openExternal(url), log, isPractice: () => shown.practice() });
  await app.whenReady();
  try {
    await run(parts, log, shown);
  } catch (thrown) {
    log.error({ err: thrown }, 'the app could not start');
    await log.close();
    throw thrown;
  }
}

/** What the screens show; the pages are guarded before there is a door to ask. */
type Shown = { practice: () => boolean };

async function run(parts: DesktopParts, log: FileLog, shown: Shown): Promise<void> {
  const { platform, openPractice } = parts;
  const session = sessions.fromPartition('persist:screens');
  guardSession(session);
  const pages = openPages(parts.rendererDir);
  servePages(session, pages);

  const complain = (thrown: unknown) => log.error({ err: thrown, code: asDaybookError(thrown).code }, 'desktop');
  const emit = <N extends EventName>(name: N, data: EventData<N>) => sendEvent(window.all(), name, data);
  const door: Door = createDoor({
    database: parts.database,
    keyring: systemKeyring(platform),
    protection:
      parts.passphrase === undefined
        ? protectionFile(parts.folder, systemKeyring(platform), parts.random)
        : openProtection(parts.passphrase),
    openEngine: (passphrase, host) => parts.openEngine({ passphrase, fetch: electronFetch, log, onWake, ...host }),
    ...(openPractice ? { openPractice: (host) => openPractice({ ...host, log }) } : {}),
    emit: emit as Emit,
    onOwnEvent: (name) => {
      if (name === 'changed' || name === 'host.unlocked') trayTeller.look();
      if (name === 'changed') runTeller.look();
    },
    conditions: computerConditions(platform, parts.clock),
    linkOrigin: pages.hasLinkPage ? LINK_ORIGIN : null,
    loginItem: loginItem(platform, parts.configHome),
    updater: updater(parts.resourcesPath, app.getVersion(), log),
    onTrouble: complain,
  });
  if (openPractice) shown.practice = door.showsPractice;
  const window = mainWindow({
    session,
    preload: parts.preload,
    userData: app.getPath('userData'),
    log,
    onHidden: () => notify({ title: 'Daybook goes on in the tray', body: 'Quit it from the tray’s menu.' }, open),
  });
  const open = () => void window.show().catch(complain);
  const work = (name: string, doing: (api: Api) => Promise<unknown>) => {
    const api = door.api();
    if (api) doing(api).catch((thrown) => log.warn({ err: thrown, work: name }, 'work from the tray failed'));
  };
  const tray: TrayMenu = createTray(platform, {
    open,
    quit: () => app.quit(),
    syncNow: () => work('sync', (api) => api.run('sync.run', {})),
    setPaused: (paused) =>
      work('pause', async (api) => {
        const { schedule } = await api.run('settings.get', {});
        await api.run('settings.save', { schedule: { ...schedule, enabled: !paused } });
      }),
  });
  const trayTeller = createTrayTeller(door.api, tray.show, complain);
  const runTeller = latestRunTeller(door.api, (notice) => notify(notice, open), complain);

  setMenu(platform, (command) => {
    open();
    sendEvent(window.all(), 'menu.command', { command });
  });
  answerCalls(door.call, log);
  app.on('second-instance', open);
  app.on('activate', open);
  // The tray keeps the app running; only Quit ends it.
  app.on('window-all-closed', () => {});
  powerMonitor.on('resume', () => {
    // What the computer slept through: the screens read anew, and the tray with them.
    const topics: EventData<'changed'>['topics'] = ['feeds', 'queue', 'journals', 'reconcile', 'runs'];
    emit('changed', { topics });
    work('wake', (api) => api.run('webhooks.wake', {}));
    trayTeller.look();
    runTeller.look();
  });
  closeBeforeQuit(window, door, log);

  await door.start();
  trayTeller.look();
  if (!parts.arguments.includes(HIDDEN)) await window.show();
}

function onWake(look: () => void): () => void {
  powerMonitor.on('resume', look);
  powerMonitor.on('on-ac', look);
  return () => {
    powerMonitor.off('resume', look);
    powerMonitor.off('on-ac', look);
  };
}

/** Running work is stopped at its next safe point and waited for; only then does the process end. */
function closeBeforeQuit(window: { letClose(): void }, door: Door, log: FileLog): void {
  let closing = false;
  app.on('before-quit', () => window.letClose());
  app.on('will-quit', (event) => {
    event.preventDefault();
    if (closing) return;
    closing = true;
    door
      .close()
      .catch((thrown: unknown) => log.error({ err: thrown }, 'the workspace could not be closed'))
      .then(() => log.close())
      .finally(() => app.exit(0));
  });
}
