import { messages } from 'virtual:messages/en';
import { setupI18n } from '@lingui/core';

/** Values of a message's placeholders: `{count}`, or `{count, plural, one {# line} other {# lines}}`. */
export type MessageValues = Readonly<Record<string, string | number>>;

const i18n = setupI18n({ locale: 'en', messages: { en: messages } });

/**
 * The text of a screen in the reader's language. The English text is the key and stands in the source; the build
 * collects every `t('…')` and compiles the catalogue (build/message-catalogue.ts), so the first argument is always a
 * plain text. Placeholders and plurals are ICU. Call it while rendering, not when a module loads.
 */
export function t(message: string, values?: MessageValues): string {
  return i18n._(message, values);
}
