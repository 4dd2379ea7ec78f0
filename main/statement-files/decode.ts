import { refuse } from './refusal.ts';

/** The largest file that is read. A year of a busy account is a few megabytes. */
export const LARGEST_FILE = 64 * 1024 * 1024;

export type DecodedFile = { readonly text: string; readonly encoding: string };

const FOREIGN: ReadonlyArray<{ readonly bytes: readonly number[]; readonly is: string }> = [
  {
    bytes: [0x50, 0x4b, 0x03, 0x04],
    is: 'a ZIP archive or an Excel workbook. Unpack it and give the statement itself',
  },
  { bytes: [0x50, 0x4b, 0x05, 0x06], is: 'an empty ZIP archive. Unpack it and give the statement itself' },
  { bytes: [0x1f, 0x8b], is: 'compressed (gzip). Unpack it and give the statement itself' },
  { bytes: [0x25, 0x50, 0x44, 0x46], is: 'a PDF, which is for reading. Ask the bank for CAMT.053 or MT940' },
  { bytes: [0xd0, 0xcf, 0x11, 0xe0], is: 'an old Excel workbook. Ask the bank for CAMT.053 or MT940' },
];

/**
 * The text of a file: UTF-8 or UTF-16 by byte order mark, what an XML or OFX head says, UTF-8 where the bytes are, else
 * Windows-1252, which holds ISO 8859-1 whole. Archives are refused by name, so nothing is ever unpacked.
 * @throws Refusal
 */
export function decodeFile(bytes: Uint8Array): DecodedFile {
  if (bytes.length === 0) refuse(1, 'The file is empty.');
  if (bytes.length > LARGEST_FILE)
    refuse(1, `The file has more than ${LARGEST_FILE / 1024 / 1024} megabytes. Ask the bank for shorter periods.`);
  for (const { bytes: head, is } of FOREIGN) {
    if (head.every((byte, at) => bytes[at] === byte)) refuse(1, `The file is ${is}.`);
  }
  const marked = byMark(bytes);
  if (marked !== null) return decode(bytes, marked);
  if (bytes[0] === 0x3c && bytes[1] === 0) return decode(bytes, 'utf-16le');
  if (bytes[0] === 0 && bytes[1] === 0x3c) return decode(bytes, 'utf-16be');
  const declared = declaredIn(new TextDecoder('windows-1252').decode(bytes.subarray(0, 1_000)));
  if (declared !== null && declared !== 'utf-8') return decode(bytes, declared);
  try {
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(bytes), encoding: 'utf-8' };
  } catch {
    // Bytes that are no UTF-8 although the head promises it: banks do so, and every byte has a meaning in Windows-1252.
    return decode(bytes, 'windows-1252');
  }
}

function byMark(bytes: Uint8Array): string | null {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return 'utf-8';
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  return null;
}

function declaredIn(head: string): string | null {
  const xml = /^\s*<\?xml[^>]*encoding\s*=\s*["']([A-Za-z0-9._-]+)["']/.exec(head)?.[1];
  const ofx = /^CHARSET:\s*(\S+)/m.exec(head)?.[1];
  const name = (xml ?? (/^\s*OFXHEADER/m.test(head) ? ofx : undefined))?.toLowerCase();
  if (name === undefined || name === 'none') return null;
  if (name === '1252') return null;
  if (name === 'us-ascii' || name === 'ascii' || name === 'utf-8' || name === 'utf8') return null;
  // ISO 8859-1 is a part of Windows-1252 as browsers and banks use it.
  const label = /^8859-/.test(name) ? `iso-${name}` : name;
  try {
    return new TextDecoder(label).encoding;
  } catch {
    return null;
  }
}

function decode(bytes: Uint8Array, encoding: string): DecodedFile {
  return { text: new TextDecoder(encoding).decode(bytes), encoding };
}
