import { type Connector, can, type LedgerReference, type PostingRules, type Stop } from '../connectors/capabilities.ts';
import { epochOf } from '../core/calendar.ts';
import { instantNow } from '../core/clock.ts';
import { asDaybookError, type SerialError } from '../core/errors.ts';
import type { Cipher } from '../core/ports.ts';
import type { CodingContext } from './context.ts';

export type RefreshContext = CodingContext & {
  readonly connectorFor: (connectionId: string) => Promise<Connector>;
  /** Makes the keyed hashes under which account numbers are compared; the numbers themselves are not stored. */
  readonly cipher: Pick<Cipher, 'fingerprint'>;
};

export type Refreshed = {
  readonly connectionId: string;
  readonly legalEntity: string;
  readonly outcome: 'refreshed' | 'fresh' | 'failed';
  readonly error: SerialError | null;
};

/**
 * Reads accounts, dimensions, parties, journal names and periods of every mapped ledger anew, where what we have is
 * older than `maxAgeMs`. Codings are checked against it and pickers choose from it. A ledger that cannot be reached
 * leaves the old copy in force; the last word is the preflight before posting.
 */
export async function refreshLedgerReferences(
  context: RefreshContext,
  maxAgeMs: number,
  stop?: Stop,
): Promise<Refreshed[]> {
  const ledgers = await context.store.read
    .selectFrom('mapping')
    // A ledger that was removed answers no more; what was read of it stays.
    .innerJoin('connection', (join) =>
      join.onRef('connection.id', '=', 'mapping.ledger_connection_id').on('connection.state', '<>', 'removed'),
    )
    .leftJoin('ledger_reference', (join) =>
      join
        .onRef('ledger_reference.connection_id', '=', 'mapping.ledger_connection_id')
        .onRef('ledger_reference.legal_entity', '=', 'mapping.legal_entity'),
    )
    .select(['mapping.ledger_connection_id', 'mapping.legal_entity', 'ledger_reference.fetched_at'])
    .distinct()
    .orderBy('mapping.legal_entity')
    .execute();
  const results: Refreshed[] = [];
  for (const { ledger_connection_id: connectionId, legal_entity: legalEntity, fetched_at } of ledgers) {
    if (fetched_at !== null && context.clock.now() - epochOf(fetched_at) < maxAgeMs) {
      results.push({ connectionId, legalEntity, outcome: 'fresh', error: null });
      continue;
    }
    try {
      if (!(await refreshLedgerReference(context, connectionId, legalEntity, stop))) continue;
      results.push({ connectionId, legalEntity, outcome: 'refreshed', error: null });
    } catch (thrown) {
      const error = asDaybookError(thrown);
      if (error.code === 'cancelled' || error.code === 'internal') throw thrown;
      results.push({ connectionId, legalEntity, outcome: 'failed', error: error.toJSON() });
    }
  }
  return results;
}

/** Reads one ledger anew and keeps it. @returns what it is; null for a connection that is no ledger */
export async function refreshLedgerReference(
  context: RefreshContext,
  connectionId: string,
  legalEntity: string,
  stop?: Stop,
): Promise<LedgerReference | null> {
  const connector = await context.connectorFor(connectionId);
  if (!can(connector, 'readReference')) return null;
  const reference = await connector.readReference(legalEntity, stop);
  await save(context, connectionId, legalEntity, reference, connector.postingRules);
  return reference;
}

/** Under the legal entity's name as the mapping writes it: ledgers do not mind the case, our look-ups do. */
async function save(
  context: RefreshContext,
  connectionId: string,
  legalEntity: string,
  reference: LedgerReference,
  postingRules: PostingRules | undefined,
): Promise<void> {
  const stored = {
    ...reference,
    postingRules,
    bankAccounts: reference.bankAccounts.map(({ number, iban, ...bank }) => ({
      ...bank,
      last4: (number ?? iban)?.slice(-4) ?? null,
      numberFingerprint: number === null ? null : context.cipher.fingerprint(plain(number)),
      ibanFingerprint: iban === null ? null : context.cipher.fingerprint(plain(iban)),
    })),
  };
  const row = { data_json: JSON.stringify(stored), fetched_at: instantNow(context.clock) };
  await context.store.write((trx) =>
    trx
      .insertInto('ledger_reference')
      .values({ connection_id: connectionId, legal_entity: legalEntity, ...row })
      .onConflict((conflict) => conflict.columns(['connection_id', 'legal_entity']).doUpdateSet(row))
      .execute(),
  );
}

/** Numbers are written with spaces and hyphens in one system and without in the other. */
function plain(number: string): string {
  return number.replace(/[^0-9A-Za-z]/g, '').toUpperCase();
}
