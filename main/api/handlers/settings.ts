import { existsSync, mkdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { z } from 'zod';
import { record } from '../../audit/trail.ts';
import { verifyTrail } from '../../audit/verify.ts';
import { instantOf } from '../../core/calendar.ts';
import { instantNow } from '../../core/clock.ts';
import { asDaybookError, DaybookError } from '../../core/errors.ts';
import { backupSetting, scheduleSetting } from '../../schedule/settings.ts';
import { type Backup, backUpDaily, backupTo, clearAbandonedBackups, listBackups } from '../../store/backup.ts';
import { restoreFrom } from '../../store/restore.ts';
import { coverSchedule } from '../../store/schedule-state.ts';
import { readSetting, type Setting, writeSetting } from '../../store/settings.ts';
import type { Reader, Writer } from '../../store/store.ts';
import { readWorkspace, saveWorkspace } from '../../store/workspace-info.ts';
import type { settingsCalls } from '../calls/settings.ts';
import type { HandlersOf, Work } from '../handler.ts';
import { requireSound, requireTimeZone } from './schedule.ts';

export const settingsHandlers: HandlersOf<typeof settingsCalls> = {
  'settings.get': async (_, { daybook }) => readSettings(daybook.store.read),
  'settings.save': async ({ name, timeZone, locale, schedule, backup }, { daybook, actor }) => {
    const { store, ports } = daybook;
    if (timeZone !== undefined) requireTimeZone(timeZone);
    if (schedule !== undefined) await requireSound(schedule);
    if (locale !== undefined) requireKnown('locale', locale, () => new Intl.Locale(locale));
    return store.write(async (trx) => {
      const before = await readSettings(trx);
      await saveWorkspace(trx, {
        ...(name === undefined ? {} : { name }),
        ...(timeZone === undefined ? {} : { timeZone }),
        ...(locale === undefined ? {} : { locale }),
      });
      if (schedule !== undefined) await writeSetting(trx, ports.clock, scheduleSetting, schedule);
      if (backup !== undefined) await writeSetting(trx, ports.clock, backupSetting, backup);
      const after = await readSettings(trx);
      // What is due by the new times lies ahead; nothing is made up for that was not wanted before.
      if (slotsOf(before) !== slotsOf(after)) await coverSchedule(trx, instantNow(ports.clock));
      if (JSON.stringify(before) !== JSON.stringify(after))
        await record(trx, ports.clock, {
          actor,
          action: 'settings.changed',
          subject: 'settings',
          data: { before, after },
        });
      return after;
    });
  },
  'backup.make': async ({ path }, work) => {
    const { daybook, actor, host } = work;
    const target = path ?? newBackupPath(work);
    if (path === undefined) {
      makeFolder(host.backups);
      clearAbandonedBackups(host.backups, daybook.ports.clock);
    }
    const made = await backupTo(daybook.store, target);
    await daybook.store.write((trx) =>
      record(trx, daybook.ports.clock, {
        actor,
        action: 'backup.made',
        subject: 'workspace',
        data: { name: basename(target), bytes: made.bytes },
      }),
    );
    return backupDocument(made);
  },
  'backup.daily': async (_, { daybook, host }) => {
    const { daily, keep } = await readSetting(daybook.store.read, backupSetting);
    if (!daily) return { made: null };
    const made = await backUpDaily(daybook.store, { clock: daybook.ports.clock, folder: host.backups, keep });
    return { made: made === null ? null : backupDocument(made) };
  },
  'backup.list': async (_, { host }) => (existsSync(host.backups) ? listBackups(host.backups).map(backupDocument) : []),
  'backup.restore': async ({ path, passphrase }, { daybook, host, progress }) => {
    if (host.reopened === null)
      throw new DaybookError(
        'not_supported',
        'This Daybook cannot restore while it runs. Close it and use the command "daybook restore".',
      );
    progress(0, null, 'Checking the backup');
    const { ports, store } = daybook;
    const restored = await host.reopened(
      () => restoreFrom({ backupPath: path, workspacePath: store.path, clock: ports.clock, verifyTrail }),
      passphrase,
    );
    return { workspaceId: restored.workspaceId, replaced: restored.replaced };
  },
  'vault.changePassphrase': async ({ old, next }, { daybook, actor, host }) => {
    await daybook.vault.changePassphrase(old, next, actor);
    host.passphraseChanged(next);
    return {};
  },
  'vault.rotateKey': async (_, { daybook, actor }) => {
    await daybook.vault.rotateKey(actor);
    return {};
  },
  'views.list': async ({ screen }, { daybook }) => {
    const views = await readSetting(daybook.store.read, viewsSetting(screen));
    return Object.entries(views).map(([name, view]) => ({ name, ...view }));
  },
  'views.save': async ({ screen, name, state }, { daybook }) => {
    const { clock } = daybook.ports;
    await daybook.store.write(async (trx) => {
      const views = await readSetting(trx, viewsSetting(screen));
      const saved = { ...views, [name]: { state, savedAt: instantNow(clock) } };
      await writeSetting(trx, clock, viewsSetting(screen), saved);
    });
    return {};
  },
  'views.delete': async ({ screen, name }, { daybook }) => {
    await daybook.store.write(async (trx) => {
      const { [name]: _, ...rest } = await readSetting(trx, viewsSetting(screen));
      await writeSetting(trx, daybook.ports.clock, viewsSetting(screen), rest);
    });
    return {};
  },
};

async function readSettings(db: Reader | Writer) {
  const { name, timeZone, locale } = await readWorkspace(db);
  return {
    ...{ name, timeZone, locale },
    schedule: await readSetting(db, scheduleSetting),
    backup: await readSetting(db, backupSetting),
  };
}

/** What decides when a run is due. */
function slotsOf({ timeZone, schedule }: Awaited<ReturnType<typeof readSettings>>): string {
  const { enabled, times, every, days, holidays } = schedule;
  return JSON.stringify([timeZone, enabled, times, every, days, holidays]);
}

/** Intl throws for what it does not know. */
function requireKnown(path: string, value: string, test: () => unknown): void {
  try {
    test();
  } catch (thrown) {
    throw new DaybookError('usage', `"${value}" is not known here. Choose another.`, { path, cause: thrown });
  }
}

/** What a screen remembers, by name. */
type Views = Record<string, { state: z.output<ReturnType<typeof z.json>>; savedAt: string }>;

function viewsSetting(screen: string): Setting<Views> {
  return {
    name: `views.${screen}`,
    schema: z.record(z.string(), z.object({ state: z.json(), savedAt: z.string() })),
    fallback: {},
  };
}

function newBackupPath({ daybook, host }: Work): string {
  const stamp = instantOf(daybook.ports.clock.now()).replace(/[-:.]/g, '');
  return join(host.backups, `daybook-${stamp}.backup`);
}

function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true });
  } catch (thrown) {
    throw asDaybookError(thrown);
  }
}

function backupDocument({ path, bytes }: Backup) {
  return { path, name: basename(path), bytes, folder: dirname(path) };
}
