/**
 * The two scripts that every page of a window with a preload begins with: the preload in its isolated world, with
 * `require('electron')`, and the receiving side of `contextBridge` in the page's world. Between the worlds go strings
 * in DOM events whose name is a secret of the window; objects never cross.
 */

export const WORLD = 'Electron Isolated Context';
export const BINDING = '__standInIpc';

/** Shared by both: how a value crosses. Functions and promises become numbers, errors their message. */
const CODEC = `
  const toOther = SIDE + ':' + SECRET, fromOther = OTHER + ':' + SECRET;
  const say = (message) => document.dispatchEvent(new CustomEvent(toOther, { detail: JSON.stringify(message) }));
  const mine = new Map(), theirs = new Map(), replies = new Map();
  let next = 0;
  const encode = (value) => {
    if (typeof value === 'function') { const id = ++next; mine.set(id, value); return { $function: id }; }
    if (value instanceof Promise) {
      const id = ++next;
      value.then((result) => say({ settle: id, value: encode(result) }), (error) => say({ settle: id, error: String(error?.message ?? error) }));
      return { $promise: id };
    }
    if (Array.isArray(value)) return { $list: value.map(encode) };
    if (typeof value === 'object' && value !== null)
      return { $object: Object.entries(value).map(([key, part]) => [key, encode(part)]) };
    if (typeof value === 'symbol') throw new Error('An object could not be cloned.');
    return { $plain: value };
  };
  const decode = (coded) => {
    if (coded.$function) return (...args) => call(coded.$function, args);
    if (coded.$promise) return new Promise((resolve, reject) => theirs.set(coded.$promise, { resolve, reject }));
    if (coded.$list) return coded.$list.map(decode);
    if (coded.$object) return Object.freeze(Object.fromEntries(coded.$object.map(([key, part]) => [key, decode(part)])));
    return coded.$plain;
  };
  const call = (id, args) => {
    const reply = ++next;
    say({ call: id, reply, args: args.map(encode) });
    const answer = replies.get(reply);
    replies.delete(reply);
    if (answer.error !== undefined) throw new Error(answer.error);
    return decode(answer.value);
  };
  document.addEventListener(fromOther, ({ detail }) => {
    const message = JSON.parse(detail);
    if (message.settle) {
      const waiting = theirs.get(message.settle);
      theirs.delete(message.settle);
      if (message.error === undefined) waiting.resolve(decode(message.value)); else waiting.reject(new Error(message.error));
    } else if (message.reply && message.call) {
      try {
        say({ answer: message.reply, value: encode(mine.get(message.call)(...message.args.map(decode))) });
      } catch (error) {
        say({ answer: message.reply, error: String(error?.message ?? error) });
      }
    } else if (message.answer) {
      replies.set(message.answer, message);
    } else if (message.expose) {
      Object.defineProperty(window, message.expose, { value: decode(message.api), enumerable: true });
    }
  });
`;

/** In the page's world: only the receiving side; nothing of it can be reached from the page. */
export function pageScript(secret: string): string {
  return `(() => {
    if (window !== window.top) return;
    const SIDE = 'page', OTHER = 'preload', SECRET = ${JSON.stringify(secret)};
    ${CODEC}
  })();`;
}

/** In the isolated world: `electron` as a sandboxed preload may require it, and the preload itself. */
export function preloadScript(secret: string, preload: string): string {
  return `(() => {
    if (window !== window.top) return;
    const SIDE = 'preload', OTHER = 'page', SECRET = ${JSON.stringify(secret)};
    ${CODEC}
    const invoked = new Map(), listeners = new Map();
    let lastInvoke = 0;
    const ipcRenderer = {
      invoke: (channel, ...args) => new Promise((resolve, reject) => {
        const id = ++lastInvoke;
        invoked.set(id, { resolve, reject });
        globalThis.${BINDING}(JSON.stringify({ id, channel, args: structuredClone(args) }));
      }),
      on: (channel, listener) => { listeners.set(channel, [...(listeners.get(channel) ?? []), listener]); return ipcRenderer; },
      off: (channel, listener) => { listeners.set(channel, (listeners.get(channel) ?? []).filter((one) => one !== listener)); return ipcRenderer; },
    };
    globalThis.__standIn = {
      settle: (id, error, value) => {
        const caller = invoked.get(id);
        invoked.delete(id);
        if (error === null) caller.resolve(value); else caller.reject(new Error(error));
      },
      receive: (channel, args) => { for (const listener of listeners.get(channel) ?? []) listener({}, ...args); },
    };
    const contextBridge = { exposeInMainWorld: (key, api) => say({ expose: key, api: encode(api) }) };
    const require = (name) => {
      if (name === 'electron') return { contextBridge, ipcRenderer };
      throw new Error('module not found: ' + name);
    };
    const module = { exports: {} };
    (function (require, module, exports) { ${preload}
    })(require, module, module.exports);
  })();`;
}
