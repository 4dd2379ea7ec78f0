import type { Command } from 'commander';
import { DaybookError } from '../../core/errors.ts';
import { done } from '../io.ts';
import type { Cli } from '../program.ts';
import { passphraseFor } from '../session.ts';

const NEW = 'DAYBOOK_NEW_PASSPHRASE';

export function registerVault(program: Command, cli: Cli): void {
  const vault = program.command('vault').description('the secrets: passphrase and key');

  const passphrase = vault
    .command('passphrase')
    .description(`change the passphrase; the new one comes from ${NEW} or is asked for`);
  cli.inWorkspace(passphrase, async ({ api }) => {
    const { host } = cli;
    const old = await passphraseFor(host, 'DAYBOOK_PASSPHRASE', 'Present passphrase: ');
    const next = await passphraseFor(host, NEW, 'New passphrase: ');
    if (!host.io.env[NEW] && (await host.io.askHidden('The new passphrase again: ')) !== next)
      throw new DaybookError('usage', 'The two new passphrases are not the same. Nothing was changed.');
    await api.run('vault.changePassphrase', { old, next });
    return done({ changed: true }, ['The passphrase is changed.']);
  });

  const rotate = vault.command('rotate').description('seal every secret anew with a new key');
  cli.inWorkspace(rotate, async ({ api }) => {
    await api.run('vault.rotateKey', {});
    return done({ rotated: true }, ['Every secret is sealed with a new key.']);
  });
}
