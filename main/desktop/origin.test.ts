import { describe, expect, it } from 'vitest';
import { APP_ORIGIN, isMailDraft, isWebLink, LINK_ORIGIN, ownOrigin } from './origin.ts';

describe('our own origin', () => {
  it('is that of the screens and of the link page, and of nothing that looks like them', () => {
    expect(ownOrigin('app://daybook/')).toBe(APP_ORIGIN);
    expect(ownOrigin('app://daybook/assets/a.js?x#y')).toBe(APP_ORIGIN);
    expect(ownOrigin('app://link/')).toBe(LINK_ORIGIN);
    for (const other of [
      'app://daybook.evil/',
      'app://evil/daybook',
      'app://daybook:8080/',
      'app://user@daybook/',
      'app:daybook',
      'https://daybook/',
      'data:text/html,app://daybook/',
      'about:blank',
      'file:///daybook',
      '',
    ])
      expect(ownOrigin(other), other).toBeNull();
  });
});

describe('a web link', () => {
  it('is https without a name and password in it', () => {
    expect(isWebLink('https://plaid.com/link?x=1')).toBe(true);
    for (const other of [
      'http://plaid.com/',
      'https://bank.com@evil.example/',
      'javascript:alert(1)',
      'file:///etc/passwd',
      'mailto:someone@example.com',
      'app://daybook/',
      'https:',
    ])
      expect(isWebLink(other), other).toBe(false);
  });
});

it('a mail may be begun with a subject and a text, and with nothing else', () => {
  expect(isMailDraft('mailto:?subject=Digest&body=Two%20runs')).toBe(true);
  for (const other of [
    'mailto:a@b.example?subject=x',
    'mailto:?attach=/etc/passwd',
    'mailto:?to=a@b.example',
    'https:',
  ])
    expect(isMailDraft(other)).toBe(false);
});
