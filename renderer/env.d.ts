declare module '*.css';
declare module '@fontsource-variable/inter';
declare module 'virtual:messages/en' {
  import type { Messages } from '@lingui/core';
  export const messages: Messages;
}
