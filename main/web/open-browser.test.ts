import { expect, it } from 'vitest';
import { browserCommand } from './open-browser.ts';

it('hands the address to the system’s own opener as one argument, without a shell', () => {
  const url = 'http://127.0.0.1:1/open#a&calc.exe';
  expect(browserCommand('linux', url)).toEqual({ command: 'xdg-open', args: [url] });
  expect(browserCommand('darwin', url)).toEqual({ command: 'open', args: [url] });
  expect(browserCommand('win32', url)).toEqual({ command: 'rundll32', args: ['url.dll,FileProtocolHandler', url] });
});
