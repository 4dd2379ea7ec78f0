import { z } from 'zod';
import { call } from './define.ts';
import { none, nothing } from './shared.ts';

const updates = z.object({
  /** off: no feed is set. */
  state: z.enum(['off', 'current', 'available', 'ready']),
  version: z.string().nullable(),
});

/** What depends on who hosts Daybook: the desktop app, a browser on this computer, or the command line. */
export const hostCalls = {
  'host.about': call({
    about: 'Who hosts Daybook, how its secrets are kept, whether it waits for a passphrase. Answers while locked.',
    input: none,
    output: z.object({
      host: z.enum(['electron', 'browser', 'cli']),
      /** Every call but `host.about` and `host.unlock` is refused until the passphrase is given. */
      locked: z.boolean(),
      /** The passphrase that is given next is the first one. */
      firstPassphrase: z.boolean(),
      /** keyring: the system's; weak: the system has none that protects; passphrase: a person's. */
      protection: z.enum(['keyring', 'weak', 'passphrase']),
      /** With `weak` or a keyring that does not open: what it means and what to do. */
      sentence: z.string().nullable(),
      /** Where the page with Plaid Link embedded is served; null where only the hosted page can be used. */
      linkOrigin: z.string().nullable(),
      /** Null where the host cannot do it. */
      openAtLogin: z.boolean().nullable(),
      updates,
      /** offered: it can be opened beside the workspace; open: the screens show it now. */
      practice: z.enum(['none', 'offered', 'open']),
    }),
  }),
  'host.unlock': call({
    about: 'Gives the passphrase. `remember` keeps it in the keyring of this computer, where there is one.',
    input: z.strictObject({ passphrase: z.string().min(1).max(1_000), remember: z.boolean().default(false) }),
    output: nothing,
  }),
  'host.protect': call({
    about: 'Sets the passphrase of a vault that a keyring protects until now.',
    input: z.strictObject({ passphrase: z.string().min(8).max(1_000), remember: z.boolean().default(false) }),
    output: nothing,
    changes: ['settings', 'audit'],
  }),
  'host.setOpenAtLogin': call({
    about: 'Opens Daybook in the tray when the person signs in to this computer, or no longer.',
    input: z.strictObject({ open: z.boolean() }),
    output: nothing,
    changes: ['settings'],
  }),
  'host.openPractice': call({
    about: 'Shows the practice company in place of the workspace. It begins anew each time; the workspace stays open.',
    input: none,
    output: nothing,
    long: true,
  }),
  'host.leavePractice': call({
    about: 'Shows the own workspace again, and ends the practice company.',
    input: none,
    output: nothing,
  }),
  'host.checkForUpdates': call({
    about: 'Asks the update feed; a newer version is fetched and installed when Daybook is quit.',
    input: none,
    output: updates,
    changes: ['settings'],
  }),
};
