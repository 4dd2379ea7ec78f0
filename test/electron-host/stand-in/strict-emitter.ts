import { EventEmitter } from 'node:events';

/** An emitter that knows its events: a listener for one that the stand-in never emits would prove nothing. */
export class StrictEmitter extends EventEmitter {
  readonly #known: ReadonlySet<string>;

  constructor(known: readonly string[]) {
    super();
    this.#known = new Set([...known, 'newListener', 'removeListener']);
  }

  override on(event: string, listener: (...args: never[]) => void): this {
    if (!this.#known.has(event)) throw new Error(`the stand-in has no event "${event}"`);
    return super.on(event, listener as (...args: unknown[]) => void);
  }

  override once(event: string, listener: (...args: never[]) => void): this {
    if (!this.#known.has(event)) throw new Error(`the stand-in has no event "${event}"`);
    return super.once(event, listener as (...args: unknown[]) => void);
  }
}

/** An event that a listener may refuse. */
export class Refusable {
  defaultPrevented = false;

  preventDefault(): void {
    this.defaultPrevented = true;
  }
}
