import { quoted, refuse } from './refusal.ts';

export type SwiftField = { readonly tag: string; readonly line: number; readonly lines: readonly string[] };
/** One message: a statement, or a page of one. */
export type SwiftMessage = { readonly line: number; readonly fields: readonly SwiftField[] };

const TAG = /^:(\d{2}[A-Z]?|NS):(.*)$/;
/** Block heads, the names and types that some banks put before a message, and what ends it. */
const BETWEEN = /^(-|-\}.*|\{\d:.*|\$|:940:.*|940.*|\d{4} \d{2}.*|[A-Z0-9]{8,12}|\p{Cc}*)$/u;

/**
 * The messages of a SWIFT file and their fields. A message begins with `:20:` and ends with `-`, the next one, or the
 * file. @throws Refusal for text that belongs to no field.
 */
export function messagesOf(text: string): SwiftMessage[] {
  const messages: Array<{ line: number; fields: Array<{ tag: string; line: number; lines: string[] }> }> = [];
  let fields: (typeof messages)[number]['fields'] | null = null;
  for (const [index, raw] of text.split(/\r\n|\r|\n/).entries()) {
    const line = index + 1;
    // Some banks frame each message with control characters of the old telex line.
    const content = raw.replace(/^\p{Cc}+|\p{Cc}+$/gu, '');
    const tag = TAG.exec(content.replace(/^\{4:\s*/, ''));
    if (tag !== null) {
      const [, name = '', value = ''] = tag;
      if (fields === null || name === '20') {
        fields = [];
        messages.push({ line, fields });
      }
      fields.push({ tag: name, line, lines: [value] });
      continue;
    }
    if (/^(-|-\}.*|\{1:.*)$/.test(content)) {
      fields = null;
      continue;
    }
    if (fields !== null) fields.at(-1)?.lines.push(content);
    else if (!BETWEEN.test(content.trim()) && content.trim() !== '')
      refuse(line, `${quoted(content)} stands outside of any field of the statement.`);
  }
  return messages;
}
