import { quoted, refuse } from './refusal.ts';

/** A record with its continuations. */
export type BaiRecord = {
  readonly code: string;
  readonly line: number;
  readonly fields: readonly string[];
  /** What its continuations (88) hold. In a text they go on with the text, else with the next field. */
  readonly more: readonly string[];
  /** Records that it takes in the file, its continuations counted. */
  readonly count: number;
  readonly raw: string;
};

const CODES = '01|02|03|16|49|88|98|99';
const NEXT_ON_LINE = new RegExp(`/\\s+(?=(?:${CODES}),)`);

/**
 * The records of a BAI2 file, continuations (88) put behind the record that they continue. Some banks put several
 * records on a line, and some break long ones.
 */
export function recordsOf(text: string): BaiRecord[] {
  const physical: Array<{ line: number; text: string }> = [];
  for (const [index, content] of text.split(/\r\n|\r|\n/).entries()) {
    if (content.trim() === '' || content.trim() === '\x1a') continue;
    if (!new RegExp(`^\\s*(?:${CODES}),`).test(content)) {
      const last = physical.at(-1);
      if (last === undefined || !/^\s*(16|88),/.test(last.text))
        refuse(index + 1, `${quoted(content)} is not a record of BAI2.`);
      last.text += ` ${content}`;
      continue;
    }
    for (const piece of content.split(NEXT_ON_LINE)) physical.push({ line: index + 1, text: piece.trim() });
  }
  const records: Array<{ code: string; line: number; fields: string[]; more: string[]; count: number; raw: string }> =
    [];
  for (const { line, text: piece } of physical) {
    const code = piece.slice(0, 2);
    const body = piece.slice(3).replace(/\s*\/\s*$/, '');
    const last = records.at(-1);
    if (code !== '88') {
      records.push({ code, line, fields: body.split(','), more: [], count: 1, raw: piece });
      continue;
    }
    if (last === undefined) refuse(line, 'The file begins with a continuation (88) of nothing.');
    last.count += 1;
    last.raw += `\n${piece}`;
    last.more.push(body);
  }
  return records;
}

/** The fields of a record, its continuations as further fields. */
export function allFields({ fields, more }: Pick<BaiRecord, 'fields' | 'more'>): string[] {
  return [...fields, ...more.flatMap((body) => body.split(','))];
}
