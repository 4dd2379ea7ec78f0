import { randomBytes as nodeRandomBytes } from 'node:crypto';

/** Randomness as a port: jitter, ids, keys. */
export type Random = {
  /** A number in [0, 1). For jitter and choices, not for keys. */
  next(): number;
  /** Bytes for ids and keys; the system one is cryptographically secure. */
  bytes(length: number): Uint8Array;
};

/** Bytes asked for at once: a call costs as much as a thousand bytes, and each of 100,000 new ids needs ten. */
const STOCK_BYTES = 4096;
const MOST_OF_STOCK = 16;

/** The operating system's generator. Longer byte strings, which may be keys, are never taken from a stock. */
export function systemRandom(): Random {
  let stock = new Uint8Array();
  return {
    next: () => nodeRandomBytes(4).readUInt32LE(0) / 2 ** 32,
    bytes: (length) => {
      if (length > MOST_OF_STOCK) return new Uint8Array(nodeRandomBytes(length));
      if (stock.length < length) stock = new Uint8Array(nodeRandomBytes(STOCK_BYTES));
      const taken = stock.slice(0, length);
      stock = stock.subarray(length);
      return taken;
    },
  };
}

/**
 * A generator that repeats exactly for the same seed (sfc32). For tests, the simulation and the practice company;
 * never for keys of real data.
 */
export function seededRandom(seed: number | string): Random {
  let [a, b, c, d] = seedState(String(seed));
  const next32 = () => {
    const t = (((a + b) | 0) + d) | 0;
    d = (d + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + t) | 0;
    return t >>> 0;
  };
  for (let i = 0; i < 15; i++) next32();
  return {
    next: () => next32() / 2 ** 32,
    bytes: (length) => Uint8Array.from({ length }, () => next32() & 0xff),
  };
}

function seedState(text: string): [number, number, number, number] {
  // FNV-1a with four offsets: short seeds such as 1 and 2 must lead to unrelated streams.
  const hash = (offset: number) => {
    let h = offset | 0;
    for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 16777619);
    return h | 0;
  };
  return [hash(2166136261), hash(374761393), hash(668265263), hash(1274126177)];
}
