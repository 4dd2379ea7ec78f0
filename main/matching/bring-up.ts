import type { Connector } from '../connectors/capabilities.ts';
import { asDaybookError, type SerialError } from '../core/errors.ts';
import { readBankLines } from '../ledger/read-bank-lines.ts';
import { matchedAccounts } from './account.ts';
import { type MatchContext, type RunResult, runMatching } from './run.ts';

export type LedgerTrouble = { readonly feedAccountId: string; readonly account: string; readonly error: SerialError };

/**
 * Reads the ledger's lines of the mapped accounts, then matches. A ledger that cannot be read keeps nobody back: its
 * accounts are matched with what is known of them, and its trouble is told.
 */
export async function bringUpAndMatch(
  context: MatchContext & { readonly connectorFor: (connectionId: string) => Promise<Connector> },
  options: {
    readonly actor: string;
    readonly feedAccountIds?: readonly string[];
    readonly whole?: boolean;
    readonly stop?: AbortSignal;
    /** Accounts read, of how many, and the one that is next. */
    readonly progress?: (done: number, total: number, account: string) => void;
  },
): Promise<RunResult & { readonly trouble: readonly LedgerTrouble[] }> {
  const accounts = await matchedAccounts(context.store.read, options.feedAccountIds);
  const trouble: LedgerTrouble[] = [];
  const changesRead = new Set<string>();
  for (const [index, account] of accounts.entries()) {
    options.stop?.throwIfAborted();
    options.progress?.(index, accounts.length, account.name);
    try {
      const connector = await context.connectorFor(account.ledgerConnectionId);
      await readBankLines(context, connector, account, options.stop, changesRead);
    } catch (thrown) {
      if (options.stop?.aborted) throw thrown;
      trouble.push({
        ...{ feedAccountId: account.feedAccountId, account: account.name, error: asDaybookError(thrown).toJSON() },
      });
    }
  }
  return { ...(await runMatching(context, options)), trouble };
}
