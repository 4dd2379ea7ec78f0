import { t } from '../i18n/t.ts';
import type { Envelope, EventName, SerialError, WireResult } from './contract.ts';
import { browserTransport } from './transport-browser.ts';

/** The way to main: Electron's preload, or HTTP of the browser host. Both speak the envelope of the contract. */
export type Transport = {
  readonly host: 'electron' | 'browser';
  call(envelope: Envelope): Promise<WireResult>;
  /** @returns stop listening */
  on(name: EventName, listener: (data: unknown) => void): () => void;
  /** Tells whether main can be heard, whenever that changes. */
  onReach?(listener: (reached: boolean) => void): () => void;
};

declare global {
  interface Window {
    /** Put there by the preload, and by nothing else. */
    readonly daybook?: Transport;
  }
}

export function findTransport(): Transport {
  return window.daybook ?? browserTransport();
}

/** The error of a call whose answer never came. */
export function unreachable(): SerialError {
  return {
    code: 'network_lost',
    retryable: true,
    repair: 'wait',
    sentence: t('Daybook’s own process does not answer. Nothing was lost; start it again, then try again.'),
  };
}
