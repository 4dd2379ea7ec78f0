/**
 * The one bridge between the screens and main: the calls and events of the contract, nothing else. It runs in a
 * sandbox and in a world of its own; the page gets plain functions and never `ipcRenderer`.
 */
import { contextBridge, ipcRenderer } from 'electron';
import type { Envelope, EventName, WireResult } from '../main/api/contract.ts';

/** The same names stand in main/desktop/channels.ts; test/electron-host would hear of a difference. */
const CALL = 'daybook:call';
const EVENT = 'daybook:event';

contextBridge.exposeInMainWorld('daybook', {
  host: 'electron',
  call: (envelope: Envelope): Promise<WireResult> => ipcRenderer.invoke(CALL, envelope),
  on: (name: EventName, listener: (data: unknown) => void): (() => void) => {
    const heard = (_event: unknown, sent: { name: EventName; data: unknown }) => {
      if (sent.name === name) listener(sent.data);
    };
    ipcRenderer.on(EVENT, heard);
    return () => {
      ipcRenderer.off(EVENT, heard);
    };
  },
});
