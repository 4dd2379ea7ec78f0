import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compileMessage } from '@lingui/message-utils/compileMessage';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { messagesIn } from './message-catalogue.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'daybook-messages-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

it('finds each text of the screens once', () => {
  writeFileSync(join(folder, 'a.tsx'), "const a = <p title={t('One')}>{t('Two {count}', { count })}</p>;");
  writeFileSync(join(folder, 'b.ts'), "export const b = () => t('One');");
  expect(messagesIn(folder)).toEqual(['One', 'Two {count}']);
});

it('refuses a text that cannot be translated, by file and place', () => {
  writeFileSync(join(folder, 'a.ts'), 'export const a = (name: string) => t(name);');
  expect(() => messagesIn(folder)).toThrow(/a\.ts.*plain text/s);
});

it('the texts of the app are well-formed, and none breaks the rules of words', () => {
  const messages = messagesIn(join(import.meta.dirname, '..', 'renderer'));
  expect(messages.length).toBeGreaterThan(100);
  for (const message of messages) {
    expect(() => compileMessage(message), message).not.toThrow();
    expect(message).not.toMatch(/something went wrong|successfully|oops|!(?!=)/i);
  }
});
