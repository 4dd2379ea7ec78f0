import { describe, expect, it, vi } from 'vitest';

vi.mock('electron', () => import('../../test/electron-host/stand-in/electron.ts'));
const { isOurScreen } = await import('./ipc.ts');

type Sent = Parameters<typeof isOurScreen>[0];
const from = (frame: object | null) => isOurScreen({ senderFrame: frame, sender: {} } as Sent);

describe('who may call', () => {
  it('is the main frame of one of our screens', () => {
    expect(from({ url: 'app://daybook/review', parent: null })).toBe(true);
  });

  it('is no frame inside it, whatever its address', () => {
    expect(from({ url: 'app://daybook/', parent: { url: 'app://daybook/' } })).toBe(false);
  });

  it('is no other page: not the one with Plaid’s script, not the web, not a file', () => {
    for (const url of ['app://link/', 'https://daybook/', 'file:///daybook/index.html', 'about:blank', ''])
      expect(from({ url, parent: null }), url).toBe(false);
  });

  it('is no frame that has gone meanwhile', () => {
    expect(from(null)).toBe(false);
  });
});
