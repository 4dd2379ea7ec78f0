import { oneLine, orNull } from './values.ts';

/** What field 86 (or the field NS of some German banks) says of a movement. */
export type Details = {
  readonly text: string | null;
  readonly counterparty: string | null;
  readonly reference: string | null;
  /** Kind of movement: the German business transaction code. */
  readonly code: string | null;
};

/**
 * Field 86 in the ways that banks write it: German sub-fields (`166?00…?20…`, with any separator), Dutch and French
 * slash words (`/EREF/…/REMI/…`), or plain text.
 * Source: Deutsche Kreditwirtschaft, DFÜ agreement annex 3 (field 86); MT940 structured of Rabobank and ABN AMRO.
 */
export function detailsOf(lines: readonly string[]): Details {
  const joined = lines.join('');
  const german = /^(\d{3})([^\w\s])(?=\d{2})/.exec(joined);
  if (german) return subFields(joined, german[1] ?? '', german[2] ?? '?');
  const first = oneLine(lines.join(' '));
  if (/^\/[A-Z]{2,8}\//.test(first)) return slashWords(joined);
  return { text: first === '' ? null : first, counterparty: null, reference: null, code: null };
}

function subFields(joined: string, code: string, separator: string): Details {
  const parts = new Map<number, string>();
  for (const part of joined.slice(3).split(separator).slice(1)) {
    const number = /^\d{2}/.test(part) ? Number(part.slice(0, 2)) : null;
    const last = [...parts.keys()].at(-1);
    if (number !== null) parts.set(number, (parts.get(number) ?? '') + part.slice(2));
    // The separator inside of a text.
    else if (last !== undefined) parts.set(last, `${parts.get(last) ?? ''}${separator}${part}`);
  }
  const range = (from: number, to: number) =>
    [...parts].filter(([number]) => number >= from && number <= to).map(([, text]) => text);
  const purpose = [...range(20, 29), ...range(60, 63)].join('');
  const words = sepaWords(purpose);
  return {
    text: orNull(words.get('SVWZ') ?? words.get('') ?? '') ?? orNull(purpose) ?? orNull(parts.get(0)),
    counterparty: orNull(range(32, 33).join('')),
    reference: known(words.get('EREF')) ?? known(words.get('KREF')),
    code,
  };
}

const SEPA_WORD = /(EREF|KREF|MREF|CRED|DEBT|SVWZ|ABWA|ABWE|COAM|OAMT|IBAN|BIC)\+/;

/** `EREF+… SVWZ+…` by word; what stands before the first word under ''. */
function sepaWords(purpose: string): Map<string, string> {
  const pieces = purpose.split(SEPA_WORD);
  const words = new Map([['', pieces[0] ?? '']]);
  for (let at = 1; at < pieces.length; at += 2) words.set(pieces[at] ?? '', pieces[at + 1] ?? '');
  return words;
}

function slashWords(joined: string): Details {
  const word = (name: string) =>
    new RegExp(`/${name}/+(.*?)(?=/(?:[A-Z]{3,4}|BENM|ORDP)/|$)`, 's')
      .exec(joined)?.[1]
      ?.replace(/^(USTD|STRD)\/+/, '');
  const text = orNull(word('REMI')) ?? orNull(joined.replace(/\/[A-Z]{3,4}\//g, ' '));
  return { text, counterparty: orNull(word('NAME')), reference: known(word('EREF')), code: orNull(word('TRTP')) };
}

function known(text: string | undefined): string | null {
  const plain = orNull(text);
  return plain !== null && /^(NOTPROVIDED|NONREF)$/i.test(plain) ? null : plain;
}

/** Field NS of Multicash: two digits a line; 01 to 14 purpose, 15 and 16 name, 17 kind of movement. */
export function multicashDetails(lines: readonly string[]): Details {
  const range = (from: number, to: number) =>
    orNull(
      lines
        .filter((line) => /^\d{2}/.test(line) && Number(line.slice(0, 2)) >= from && Number(line.slice(0, 2)) <= to)
        .map((line) => line.slice(2))
        .join(' '),
    );
  return { text: range(1, 14) ?? range(17, 17), counterparty: range(15, 16), reference: null, code: null };
}
