/** Connects a practice Daybook to its company, as a person does once: settings, banks, sign-in, mappings. */
import type { PracticeLedger } from '../../../practice/company/world.ts';
import { moduleFor } from '../../connectors/registry.ts';
import { DaybookError } from '../../core/errors.ts';
import type { Daybook } from '../../daybook.ts';
import { applySetup } from '../../setup/apply.ts';
import type { PracticeHost } from './world.ts';

export const ACCOUNTANT = 'Practice accountant';

/** @returns how many accounts are mapped */
export async function connectCompany(daybook: Daybook, host: PracticeHost): Promise<number> {
  // Accounts can be mapped once their banks are linked.
  await applyPracticeSetup(daybook, { ...host, setup: { ...host.setup, mappings: [] } });
  for (const { key } of host.world.banks.banks) await linkBank(daybook, host, key);
  for (const ledger of host.world.ledgers) await signIn(daybook, ledger);
  const { mappings } = await applyPracticeSetup(daybook, host);
  return mappings.length;
}

export function applyPracticeSetup(daybook: Daybook, host: Pick<PracticeHost, 'setup' | 'env'>) {
  return applySetup({ ...daybook.coding, feeds: daybook.feeds, moduleFor, env: host.env }, host.setup, ACCOUNTANT);
}

/** Links a bank as a person does: open the hosted page, sign in there, come back. */
export async function linkBank(daybook: Daybook, { world }: PracticeHost, bank: string): Promise<void> {
  const connections = await daybook.feeds.listConnections();
  const plaid = connections.find((connection) => connection.kind === 'plaid');
  if (!plaid) throw new DaybookError('setup_invalid', 'The practice company has no bank connection.');
  const session = await daybook.feeds.startLink(plaid.id);
  world.plaid.control.completeLink(session.linkToken, bank);
  const linked = await daybook.feeds.finishLink(plaid.id, session.linkToken, ACCOUNTANT);
  if (linked.state !== 'linked') throw new DaybookError('link_expired', 'The practice bank was not linked.');
}

/** Signs in to a ledger as a person does: open the page, agree there, paste the address at which the browser landed. */
export async function signIn(daybook: Daybook, ledger: PracticeLedger): Promise<void> {
  if (ledger.signIn === null) return;
  const connections = await daybook.feeds.listConnections();
  const connection = connections.find(({ name }) => name === ledger.connection);
  if (!connection) throw new DaybookError('setup_invalid', `There is no connection ${ledger.connection}.`);
  const { url } = await daybook.feeds.startSignIn(connection.id, ACCOUNTANT);
  await daybook.feeds.finishSignIn(connection.id, await ledger.signIn(url), ACCOUNTANT);
}
