import { DaybookError } from '../core/errors.ts';
import { environmentOfOwner } from '../store/vault-rows.ts';
import type { Vault } from './vault.ts';

/**
 * A vault that takes no secret of a production connection while `refused` says so: its passphrase lies where anybody
 * who can read the disk can read it. What it holds already can still be used and removed.
 */
export function refusingProduction(vault: Vault, refused: () => boolean): Vault {
  return {
    ...vault,
    put: async (trx, owner, name, plain, actor) => {
      if (refused() && (await environmentOfOwner(trx, owner)) !== 'sandbox')
        throw new DaybookError(
          'vault_locked',
          'Production keys are not kept on a computer without a keyring. Set a passphrase in Settings, then enter the keys.',
          { path: name },
        );
      return vault.put(trx, owner, name, plain, actor);
    },
  };
}
