import { Menu, type MenuItemConstructorOptions, Tray } from 'electron';
import { trayIcon } from './tray-icon.ts';
import { LOCKED, type TrayState, trayLines } from './tray-state.ts';

export type TrayActions = {
  readonly open: () => void;
  readonly syncNow: () => void;
  /** Switches the schedule of fetches off or on. */
  readonly setPaused: (paused: boolean) => void;
  readonly quit: () => void;
};

export type TrayMenu = { show(state: TrayState): void };

/** The icon that stays when the window is closed. */
export function createTray(platform: NodeJS.Platform, actions: TrayActions): TrayMenu {
  const tray = new Tray(trayIcon(platform));
  // On Windows and Linux a click opens the app; on macOS it opens the menu.
  if (platform !== 'darwin') tray.on('click', actions.open);
  const show = (state: TrayState) => {
    const lines = trayLines(state);
    tray.setToolTip(`Daybook: ${lines.join(', ')}`);
    tray.setContextMenu(Menu.buildFromTemplate([...lines.map(said), { type: 'separator' }, ...items(state, actions)]));
  };
  show(LOCKED);
  return { show };
}

function said(label: string): MenuItemConstructorOptions {
  return { label, enabled: false };
}

function items({ state }: TrayState, actions: TrayActions): MenuItemConstructorOptions[] {
  const unlocked = state !== 'locked';
  const paused = state === 'paused';
  return [
    { id: 'sync', label: 'Sync Now', enabled: unlocked && state !== 'fetching', click: actions.syncNow },
    {
      id: 'pause',
      label: paused ? 'Resume' : 'Pause',
      enabled: unlocked,
      click: () => actions.setPaused(!paused),
    },
    { type: 'separator' },
    { id: 'open', label: 'Open Daybook', click: actions.open },
    { id: 'quit', label: 'Quit', click: actions.quit },
  ];
}
