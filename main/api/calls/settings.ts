import { z } from 'zod';
import { backupSchema, scheduleSchema } from '../../schedule/settings.ts';
import { call } from './define.ts';
import { id, instant, none, nothing } from './shared.ts';

const settings = z.object({
  /** Name of the workspace. */
  name: z.string().trim().min(1).max(100),
  /** IANA zone in which "today" is decided. */
  timeZone: z.string(),
  /** BCP 47 tag for numbers and dates. */
  locale: z.string(),
  schedule: scheduleSchema,
  backup: backupSchema,
});

const backup = z.object({ path: z.string(), name: z.string(), bytes: z.int() });

export const settingsCalls = {
  'settings.get': call({ about: 'The workspace’s settings.', input: none, output: settings }),
  'settings.save': call({
    about: 'Changes some settings.',
    input: settings.partial().strict(),
    output: settings,
    changes: ['settings', 'audit'],
  }),
  'backup.make': call({
    about: 'Copies the workspace while it is in use, checked for damage; into its backup folder, or to a path.',
    input: z.strictObject({ path: z.string().min(1).optional() }),
    output: backup,
    long: true,
    changes: ['settings', 'audit'],
  }),
  'backup.daily': call({
    about: 'Makes the automatic backup of today where the settings want one and there is none yet; keeps the newest.',
    input: none,
    output: z.object({ made: backup.nullable() }),
  }),
  'backup.list': call({ about: 'Backups in the backup folder, newest first.', input: none, output: z.array(backup) }),
  'backup.restore': call({
    about: 'Checks a backup, then puts it in the place of the workspace; the old file is kept beside it.',
    input: z.strictObject({
      path: z.string().min(1),
      /** Where the backup was made under another passphrase than the present one. */
      passphrase: z.string().optional(),
    }),
    output: z.object({ workspaceId: id, replaced: z.string().nullable() }),
    long: true,
    changes: ['feeds', 'queue', 'mappings', 'rules', 'journals', 'reconcile', 'audit', 'settings', 'runs'],
  }),
  'vault.changePassphrase': call({
    about: 'Replaces the passphrase of the vault.',
    input: z.strictObject({ old: z.string().min(1), next: z.string().min(1) }),
    output: nothing,
    changes: ['settings', 'audit'],
  }),
  'vault.rotateKey': call({
    about: 'Seals every secret anew with a new key.',
    input: none,
    output: nothing,
    changes: ['settings', 'audit'],
  }),
  'views.list': call({
    about: 'What a screen remembers: saved filters, columns, density.',
    input: z.strictObject({ screen: z.string().min(1).max(50) }),
    output: z.array(z.object({ name: z.string(), state: z.json(), savedAt: instant })),
  }),
  'views.save': call({
    about: 'Keeps a view under a name, in place of an earlier one.',
    input: z.strictObject({
      screen: z.string().min(1).max(50),
      name: z.string().trim().min(1).max(100),
      state: z.json(),
    }),
    output: nothing,
    changes: ['settings'],
  }),
  'views.delete': call({
    about: 'Forgets a view.',
    input: z.strictObject({ screen: z.string().min(1).max(50), name: z.string().min(1).max(100) }),
    output: nothing,
    changes: ['settings'],
  }),
};
