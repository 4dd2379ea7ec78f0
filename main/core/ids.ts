import type { Clock } from './clock.ts';
import type { Random } from './random.ts';

/** Crockford's base32: no I, L, O, U, so that an id can be read over the telephone. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** `length` base32 characters from the leading bits of `bytes` (five bits a character). */
export function base32(bytes: Uint8Array, length: number): string {
  let text = '';
  let bits = 0;
  let held = 0;
  for (const byte of bytes) {
    held = (held << 8) | byte;
    bits += 8;
    while (bits >= 5 && text.length < length) {
      bits -= 5;
      text += ALPHABET[(held >>> bits) & 31];
    }
    held &= (1 << bits) - 1;
  }
  if (text.length < length) throw new RangeError(`${bytes.length} bytes are too few for ${length} characters`);
  return text;
}

/** A non-negative whole number as base32, padded with 0 to `length`. */
export function base32Number(value: number, length: number): string {
  if (!Number.isInteger(value) || value < 0 || value >= 32 ** length) throw new RangeError(`${value} does not fit`);
  let text = '';
  for (let rest = value; text.length < length; rest = Math.floor(rest / 32)) text = ALPHABET[rest % 32] + text;
  return text;
}

/** A new id such as `prop_01JD…`: sortable by time, unique by 80 random bits. */
export function newId(prefix: string, ports: { clock: Clock; random: Random }): string {
  return `${prefix}_${base32Number(ports.clock.now(), 10)}${base32(ports.random.bytes(10), 16)}`;
}
