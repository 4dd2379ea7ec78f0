import type { Command } from 'commander';
import { done } from '../io.ts';
import type { Cli } from '../program.ts';
import { connectionNamed } from './connections.ts';

/** `webhooks address`: what a person enters at a provider that does not sign. It bears a secret, so it is asked for by name. */
export function registerWebhooksAddress(webhooks: Command, cli: Cli): void {
  const address = webhooks
    .command('address')
    .requiredOption('--connection <name>', 'name or id of a connection of Dynamics 365')
    .description('show the address for business events of Dynamics 365; it bears a secret, and the trail keeps this');
  cli.inWorkspace<{ connection: string }>(address, async ({ api }, { connection }) => {
    const { id: connectionId } = await connectionNamed(api, connection);
    const shown = await api.run('webhooks.showAddress', { connectionId });
    return done(shown, [shown.address]);
  });
}
