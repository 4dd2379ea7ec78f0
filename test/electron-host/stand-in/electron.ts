/** What `import … from 'electron'` gives in the main process of the stand-in. */
import { app } from './app.ts';
import { browser } from './browser.ts';
import { BrowserWindow } from './browser-window.ts';
import { ipcMain } from './ipc-main.ts';
import { Menu, MenuItem } from './menu.ts';
import { net } from './net.ts';
import { session } from './session.ts';
import {
  dialog,
  Notification,
  nativeImage,
  powerMonitor,
  protocol,
  safeStorage,
  screen,
  shell,
  Tray,
} from './system.ts';

export {
  app,
  BrowserWindow,
  dialog,
  ipcMain,
  Menu,
  MenuItem,
  Notification,
  nativeImage,
  net,
  powerMonitor,
  protocol,
  safeStorage,
  screen,
  session,
  shell,
  Tray,
};
/** Not Electron's: where a second client of Chromium connects. */
export const standIn = { endpoint: () => browser.endpoint };
