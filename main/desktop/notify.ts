import { Notification } from 'electron';

export type Notice = { readonly title: string; readonly body: string };

/** Shows a native notification; a click opens the app. Does nothing where the desktop has none. */
export function notify(notice: Notice, onClick: () => void): void {
  if (!Notification.isSupported()) return;
  const notification = new Notification({ ...notice, silent: true });
  notification.on('click', onClick);
  notification.show();
}
