/** What belongs to the operating system. It records what was asked; the specs read it. */
import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { EventEmitter } from 'node:events';
import { app } from './app.ts';
import type { Menu } from './menu.ts';
import { StrictEmitter } from './strict-emitter.ts';

class NativeImage {
  readonly representations: object[] = [];
  template = false;

  addRepresentation(representation: object): void {
    this.representations.push(representation);
  }

  setTemplateImage(template: boolean): void {
    this.template = template;
  }

  isEmpty(): boolean {
    return this.representations.length === 0;
  }
}

export const nativeImage = { createEmpty: () => new NativeImage() };

export class Tray extends StrictEmitter {
  /** Not Electron's. */
  static readonly made: Tray[] = [];
  readonly image: NativeImage;
  toolTip = '';
  menu: Menu | null = null;

  constructor(image: NativeImage) {
    super(['click', 'right-click', 'double-click']);
    if (!app.isReady()) throw new Error('Cannot create Tray before app is ready');
    if (image.isEmpty()) throw new Error('Failed to load image');
    this.image = image;
    Tray.made.push(this);
  }

  setToolTip(toolTip: string): void {
    this.toolTip = toolTip;
  }

  setContextMenu(menu: Menu | null): void {
    this.menu = menu;
  }
}

export class Notification extends StrictEmitter {
  /** Not Electron's. */
  static readonly shown: Notification[] = [];
  readonly options: { readonly title?: string; readonly body?: string };

  constructor(options: { readonly title?: string; readonly body?: string }) {
    super(['click', 'close', 'show']);
    this.options = options;
  }

  static isSupported(): boolean {
    return true;
  }

  show(): void {
    Notification.shown.push(this);
  }
}

/** `STAND_IN_KEYRING`: a backend of Linux, or `none`. The key of a keyring outlives the process, as a real one does. */
const backend = process.env.STAND_IN_KEYRING ?? 'gnome_libsecret';
const key = createHash('sha256')
  .update(`${backend}:${process.env.STAND_IN_USER ?? 'a user'}`)
  .digest();

export const safeStorage = {
  isAsyncEncryptionAvailable: async () => {
    await app.whenReady();
    return backend !== 'none';
  },
  getSelectedStorageBackend: () => (app.isReady() && backend !== 'none' ? backend : 'unknown'),
  encryptStringAsync: async (plain: string) => {
    if (backend === 'none') throw new Error('Encryption is not available.');
    const iv = randomBytes(12);
    const cipher = createCipheriv('aes-256-gcm', key, iv);
    return Buffer.concat([iv, cipher.update(plain, 'utf8'), cipher.final(), cipher.getAuthTag()]);
  },
  decryptStringAsync: async (sealed: Buffer) => {
    const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, 12));
    decipher.setAuthTag(sealed.subarray(-16));
    const plain = Buffer.concat([decipher.update(sealed.subarray(12, -16)), decipher.final()]);
    return { result: plain.toString('utf8'), shouldReEncrypt: false };
  },
};

class PowerMonitor extends StrictEmitter {
  /** Not Electron's. `STAND_IN_BATTERY=yes` starts without mains power. */
  onBattery = process.env.STAND_IN_BATTERY === 'yes';

  constructor() {
    super(['resume', 'suspend', 'lock-screen', 'unlock-screen', 'shutdown', 'on-ac', 'on-battery']);
  }

  isOnBatteryPower(): boolean {
    return this.onBattery;
  }

  /** Not Electron's: somebody plugs the computer in. */
  plugIn(): void {
    this.onBattery = false;
    this.emit('on-ac');
  }
}

export const powerMonitor = new PowerMonitor();

export const dialog = {
  /** Not Electron's. */
  errors: [] as string[],
  showErrorBox: (title: string, content: string) => {
    dialog.errors.push(`${title}: ${content}`);
    process.stderr.write(`${title}: ${content}\n`);
  },
};

export const shell = {
  /** Not Electron's. */
  opened: [] as string[],
  openExternal: async (url: string) => void shell.opened.push(url),
};

/** `STAND_IN_DISPLAYS`: work areas as JSON. */
export const screen = Object.assign(new EventEmitter(), {
  getAllDisplays: () => {
    const areas = JSON.parse(process.env.STAND_IN_DISPLAYS ?? '[{"x":0,"y":0,"width":1920,"height":1080}]');
    return areas.map((workArea: object, id: number) => ({ id, workArea, bounds: workArea, scaleFactor: 1 }));
  },
});

export const protocol = {
  /** Not Electron's. */
  declared: [] as object[],
  registerSchemesAsPrivileged: (schemes: readonly object[]) => {
    if (app.isReady()) throw new Error('protocol.registerSchemesAsPrivileged should be called before app is ready');
    protocol.declared.push(...schemes);
  },
};
