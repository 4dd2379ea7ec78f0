import type { WebContents } from './web-contents.ts';

type Callback<T> = (answer: T) => void;
export type RequestDetails = {
  readonly url: string;
  readonly method: string;
  readonly resourceType: string;
  readonly webContents: WebContents;
};
type PermissionRequest = (contents: WebContents, name: string, callback: Callback<boolean>, details: object) => void;
type PermissionCheck = (contents: WebContents, name: string, origin: string, details: object) => boolean;
type PageHandler = (request: Request) => Response | Promise<Response>;

/** What Electron's default is without a handler: everything is granted, nothing is cancelled. */
export class Session {
  readonly partition: string;
  readonly handlers = new Map<string, PageHandler>();
  permissionRequest: PermissionRequest | null = null;
  permissionCheck: PermissionCheck | null = null;
  device: ((details: object) => boolean) | null = null;
  beforeRequest: ((details: RequestDetails, callback: Callback<{ cancel?: boolean }>) => void) | null = null;

  constructor(partition: string) {
    this.partition = partition;
  }

  readonly protocol = {
    handle: (scheme: string, handler: PageHandler) => {
      if (this.handlers.has(scheme)) throw new Error(`the scheme ${scheme} has a handler`);
      this.handlers.set(scheme, handler);
    },
  };

  readonly webRequest = {
    onBeforeRequest: (listener: NonNullable<Session['beforeRequest']>) => {
      this.beforeRequest = listener;
    },
  };

  setPermissionRequestHandler(handler: PermissionRequest | null) {
    this.permissionRequest = handler;
  }

  setPermissionCheckHandler(handler: PermissionCheck | null) {
    this.permissionCheck = handler;
  }

  setDevicePermissionHandler(handler: ((details: object) => boolean) | null) {
    this.device = handler;
  }

  /** Granted only when whoever asks would be let through by both handlers. */
  async grants(contents: WebContents, name: string, origin: string): Promise<boolean> {
    if (this.permissionCheck?.(contents, name, `${origin}/`, {}) === false) return false;
    const { permissionRequest } = this;
    if (permissionRequest === null) return true;
    return new Promise((resolve) => permissionRequest(contents, name, resolve, { requestingUrl: `${origin}/` }));
  }

  async cancels(details: RequestDetails): Promise<boolean> {
    const { beforeRequest } = this;
    if (beforeRequest === null) return false;
    return new Promise((resolve) => beforeRequest(details, ({ cancel }) => resolve(cancel === true)));
  }
}

const sessions = new Map<string, Session>();

export const session = {
  fromPartition: (partition: string): Session => {
    const known = sessions.get(partition) ?? new Session(partition);
    sessions.set(partition, known);
    return known;
  },
  get defaultSession(): Session {
    return session.fromPartition('');
  },
};
