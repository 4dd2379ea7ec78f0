import { expect, it } from 'vitest';
import { LOCKED, type TrayState, trayLines } from './tray-state.ts';

const quiet: TrayState = {
  state: 'quiet',
  waitsFor: [],
  practice: false,
  lastSync: '2026-11-20T06:31:00.000Z',
  nextRun: '2026-11-20T11:00:00.000Z',
  locale: 'en-GB',
  timeZone: 'Europe/Amsterdam',
};

it('tells the last sync and the next run in the workspace’s own time and locale', () => {
  expect(trayLines(quiet)).toEqual(['Up to date', 'Last sync: Fri 20 Nov, 07:31', 'Next run: Fri 20 Nov, 12:00']);
});

it('says that it is the practice company, that a person is needed, and that it is paused', () => {
  expect(trayLines({ ...quiet, practice: true, state: 'needs_person' }).slice(0, 2)).toEqual([
    'Practice company',
    'A connection needs you',
  ]);
  expect(trayLines({ ...quiet, state: 'paused', nextRun: null })).toContain('Next run: none');
});

it('says that a run is due, and what it waits for', () => {
  const waiting = trayLines({ ...quiet, state: 'waiting', waitsFor: ['power', 'network'] });
  expect(waiting.slice(0, 3)).toEqual(['A run is due', 'It waits for mains power', 'It waits for the network']);
});

it('tells nothing of the workspace while locked', () => {
  expect(trayLines(LOCKED)).toEqual(['Locked: open Daybook and enter the passphrase']);
});
