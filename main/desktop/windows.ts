import { join } from 'node:path';
import { BrowserWindow, type Session, screen } from 'electron';
import { asDaybookError } from '../core/errors.ts';
import type { Log } from '../core/ports.ts';
import { APP_ORIGIN } from './origin.ts';
import { FIRST_SIZE, placeOf, readWindowState, writeWindowState } from './window-state.ts';

export type MainWindow = {
  /** Shows it, and makes it when there is none. */
  show(): Promise<void>;
  /** All windows of the app that are open. */
  readonly all: () => readonly BrowserWindow[];
  /** From now on closing closes; before, it hides and the tray stays. */
  letClose(): void;
};

export type WindowOptions = {
  readonly session: Session;
  /** `dist/preload/index.cjs` */
  readonly preload: string;
  /** Where the window's place is kept. */
  readonly userData: string;
  readonly log: Log;
  /** Told when a person closed the window and only the tray is left. */
  readonly onHidden: () => void;
};

/** The window with the screens. Its pages have no Node, no other world's objects, and only our own origin. */
export function mainWindow(options: WindowOptions): MainWindow {
  const { session, preload, log } = options;
  const statePath = join(options.userData, 'window.json');
  let opening: Promise<BrowserWindow> | undefined;
  let closing = false;

  const remember = (of: BrowserWindow) => {
    try {
      writeWindowState(statePath, { ...of.getNormalBounds(), maximized: of.isMaximized() });
    } catch (thrown) {
      log.warn({ code: asDaybookError(thrown).code }, 'the place of the window could not be kept');
    }
  };

  const make = async (): Promise<BrowserWindow> => {
    const saved = readWindowState(statePath);
    const workAreas = screen.getAllDisplays().map(({ workArea }) => workArea);
    const made = new BrowserWindow({
      ...(placeOf(saved, workAreas) ?? FIRST_SIZE),
      minWidth: 960,
      minHeight: 600,
      title: 'Daybook',
      show: false,
      webPreferences: {
        session,
        preload,
        sandbox: true,
        contextIsolation: true,
        nodeIntegration: false,
        nodeIntegrationInWorker: false,
        nodeIntegrationInSubFrames: false,
        webSecurity: true,
        allowRunningInsecureContent: false,
        experimentalFeatures: false,
        webviewTag: false,
        navigateOnDragDrop: false,
        // It would fetch dictionaries from a server of its own.
        spellcheck: false,
      },
    });
    if (saved?.maximized) made.maximize();
    made.on('close', (event) => {
      remember(made);
      if (closing) return;
      event.preventDefault();
      made.hide();
      options.onHidden();
    });
    made.on('closed', () => {
      opening = undefined;
    });
    await made.loadURL(`${APP_ORIGIN}/`);
    return made;
  };

  return {
    show: async () => {
      opening ??= make();
      const window = await opening;
      if (window.isMinimized()) window.restore();
      window.show();
      window.focus();
    },
    all: () => BrowserWindow.getAllWindows(),
    letClose: () => {
      closing = true;
    },
  };
}
