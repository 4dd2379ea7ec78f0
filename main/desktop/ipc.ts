/** The one place that touches Electron's IPC: calls come in, events go out. */
import { type BrowserWindow, type IpcMainInvokeEvent, ipcMain } from 'electron';
import { type EventData, type EventName, envelope, type WireResult } from '../api/contract.ts';
import { DaybookError } from '../core/errors.ts';
import type { Log } from '../core/ports.ts';
import { CALL_CHANNEL, EVENT_CHANNEL } from './channels.ts';
import { APP_ORIGIN, ownOrigin } from './origin.ts';

/** Answers calls of our own pages, and of nobody else. */
export function answerCalls(call: (envelope: unknown) => Promise<WireResult>, log: Log): void {
  ipcMain.handle(CALL_CHANNEL, async (event, sent: unknown): Promise<WireResult> => {
    if (!isOurScreen(event)) {
      log.warn({ url: event.senderFrame?.url }, 'a call from a foreign page was refused');
      return refused('not_permitted', 'This page is not one of Daybook’s screens and may not use it.');
    }
    if (!envelope.safeParse(sent).success) return refused('usage', 'Daybook cannot read what the screen asked.');
    return call(sent);
  });
}

/** The screens live in the main frame of a page of ours; a frame inside it, or a page that replaced it, is refused. */
export function isOurScreen(event: Pick<IpcMainInvokeEvent, 'senderFrame' | 'sender'>): boolean {
  const frame = event.senderFrame;
  if (frame === null || frame.parent !== null) return false;
  return ownOrigin(frame.url) === APP_ORIGIN;
}

/** Tells every open window. */
export function sendEvent<N extends EventName>(windows: readonly BrowserWindow[], name: N, data: EventData<N>): void {
  for (const window of windows) {
    if (!window.isDestroyed() && ownOrigin(window.webContents.getURL()) === APP_ORIGIN)
      window.webContents.send(EVENT_CHANNEL, { name, data });
  }
}

function refused(code: 'not_permitted' | 'usage', sentence: string): WireResult {
  return { ok: false, error: new DaybookError(code, sentence).toJSON() };
}
