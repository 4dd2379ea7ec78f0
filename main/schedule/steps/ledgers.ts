import { refreshLedgerReferences } from '../../coding/refresh-reference.ts';
import type { RunPart, RunStep } from '../run-step.ts';

/** Accounts and parties change rarely; a person who has just made one asks for a refresh. */
const REFERENCE_AGE_MS = 12 * 3_600_000;

/** The ledgers' accounts, parties and periods, where ours are older than half a day. */
export const ledgersStep: RunStep = {
  name: 'ledgers',
  run: async ({ daybook, stop, progress, found }) => {
    progress(0, null, 'Reading the ledgers’ accounts');
    const { coding, posting, vault } = daybook;
    const context = { ...coding, connectorFor: posting.connectorFor, cipher: vault.cipher };
    const results = await refreshLedgerReferences(context, REFERENCE_AGE_MS, stop);
    for (const { connectionId, outcome, error } of results)
      if (outcome !== 'fresh') await daybook.feeds.noteLedger(connectionId, error);
    found.ledgerTrouble = results.flatMap(({ legalEntity, error }) => (error === null ? [] : [{ legalEntity, error }]));
    return found.ledgerTrouble.map(
      ({ legalEntity, error }): RunPart => ({
        subject: { kind: 'ledger', id: legalEntity, name: legalEntity },
        outcome: error.retryable ? 'waiting' : 'failed',
        sentence: `${legalEntity}: ${error.sentence}`,
        error,
        ...(error.retryable ? {} : { need: `ledger:${legalEntity}:${error.code}` }),
      }),
    );
  },
};
