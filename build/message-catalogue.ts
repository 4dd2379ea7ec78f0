import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { compileMessage } from '@lingui/message-utils/compileMessage';
import { type Plugin, parseSync, Visitor } from 'vite';

/**
 * Every text of the screens: the first argument of each `t('…')` under `folder`, sorted and once each. The English text
 * is the key. A `t` whose first argument is no plain text cannot be translated and is refused by file and text.
 */
export function messagesIn(folder: string): string[] {
  const found = new Set<string>();
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !/\.tsx?$/.test(entry.name) || entry.name.includes('.test.')) continue;
    const path = join(entry.parentPath, entry.name);
    for (const message of messagesOf(path, readFileSync(path, 'utf8'))) found.add(message);
  }
  return [...found].sort();
}

function messagesOf(path: string, source: string): string[] {
  const messages: string[] = [];
  const { program, errors } = parseSync(path, source);
  const [error] = errors;
  if (error) throw new Error(`${path}: ${error.message}`);
  new Visitor({
    CallExpression(call) {
      if (call.callee.type !== 'Identifier' || call.callee.name !== 't') return;
      const [first] = call.arguments;
      if (first?.type !== 'Literal' || typeof first.value !== 'string')
        throw new Error(
          `${path}: t() takes a plain text, so that it can be translated: ${source.slice(call.start, call.end)}`,
        );
      messages.push(first.value);
    },
  }).visit(program);
  return messages;
}

/** `virtual:messages/en`: the catalogue, compiled at build time, so that the page carries no message parser. */
export function messageCatalogue(folder: string): Plugin {
  const id = 'virtual:messages/en';
  return {
    name: 'daybook-messages',
    resolveId: (source) => (source === id ? `\0${id}` : undefined),
    load(source) {
      if (source !== `\0${id}`) return undefined;
      const compiled = Object.fromEntries(messagesIn(folder).map((message) => [message, compileMessage(message)]));
      return `export const messages = ${JSON.stringify(compiled)};`;
    },
  };
}
