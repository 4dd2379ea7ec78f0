import type { Selectable } from 'kysely';
import { z } from 'zod';
import { record } from '../audit/trail.ts';
import { type CalendarDate, isCalendarDate } from '../core/calendar.ts';
import { canonicalJson } from '../core/canonical.ts';
import { instantNow } from '../core/clock.ts';
import type { Dimensions } from '../core/entry.ts';
import { DaybookError } from '../core/errors.ts';
import { newId } from '../core/ids.ts';
import type { MappingTable } from '../store/schema.ts';
import type { Reader, Writer } from '../store/store.ts';
import type { CodingContext } from './context.ts';
import { loadLedgerBook } from './ledger-reference.ts';
import { dimensionsSchema } from './rule.ts';

/** Where the lines of one feed account go, and by which policies. */
export type Mapping = {
  readonly id: string;
  readonly feedAccountId: string;
  readonly ledgerConnectionId: string;
  readonly legalEntity: string;
  readonly bankAccount: string;
  readonly journalName: string;
  /** Main account for lines that nothing else codes; null: they wait for a person. */
  readonly offsetAccount: string | null;
  readonly dimensions: Dimensions;
  /** Main account for own transfers whose two sides fall on different days. */
  readonly transferAccount: string | null;
  /** Main account for pending lines under the policy `clearing`. */
  readonly clearingAccount: string | null;
  readonly pending: 'wait' | 'clearing';
  readonly grouping: 'account_day' | 'run';
  /** Earlier lines are history and are never proposed. */
  readonly startDate: CalendarDate | null;
  readonly suggestions: 'beside' | 'first';
  readonly autoApprove: boolean;
};

export type MappingInput = Omit<Mapping, 'id'>;

export type SaveOutcome = 'created' | 'updated' | 'unchanged';

/** Every mapping, oldest first. */
export async function listMappings(db: Reader | Writer): Promise<Mapping[]> {
  const rows = await db.selectFrom('mapping').selectAll().orderBy('created_at').orderBy('id').execute();
  return rows.map(toMapping);
}

/** The mapping of a feed account. @throws DaybookError `unmapped` */
export async function mappingOfAccount(db: Reader | Writer, feedAccountId: string): Promise<Mapping> {
  const row = await db
    .selectFrom('mapping')
    .selectAll()
    .where('feed_account_id', '=', feedAccountId)
    .executeTakeFirst();
  if (!row) throw new DaybookError('unmapped', 'This account has no ledger yet. Add a mapping for it.');
  return toMapping(row);
}

/**
 * Creates or changes the mapping of a feed account; a feed account has one. Entries that are not posted yet follow a
 * change with the next `propose`.
 * @throws DaybookError `wrong_environment`, `setup_invalid`, `bank_account_invalid`, `journal_invalid`, `not_found`
 */
export async function saveMapping(
  context: CodingContext,
  input: MappingInput,
  actor: string,
): Promise<{ readonly id: string; readonly outcome: SaveOutcome }> {
  return context.store.write(async (trx) => {
    await checkMapping(trx, input);
    const at = instantNow(context.clock);
    const row = toRow(input);
    const existing = await trx
      .selectFrom('mapping')
      .selectAll()
      .where('feed_account_id', '=', input.feedAccountId)
      .executeTakeFirst();
    if (existing && canonicalJson(toRow(toMapping(existing))) === canonicalJson(row))
      return { id: existing.id, outcome: 'unchanged' };
    const id = existing?.id ?? newId('map', context);
    if (existing) {
      await refuseMoveWhilePosting(trx, toMapping(existing), input);
      await trx
        .updateTable('mapping')
        .set({ ...row, updated_at: at })
        .where('id', '=', id)
        .execute();
    } else
      await trx
        .insertInto('mapping')
        .values({ id, ...row, created_at: at, updated_at: at })
        .execute();
    await record(trx, context.clock, {
      actor,
      action: existing ? 'mapping.changed' : 'mapping.created',
      subject: `mapping:${id}`,
      data: { before: existing ? toRow(toMapping(existing)) : null, after: row },
    });
    return { id, outcome: existing ? 'updated' : 'created' };
  });
}

/** Deletes a mapping that nothing was proposed by. @throws DaybookError `setup_invalid` otherwise */
export async function deleteMapping(context: CodingContext, id: string, actor: string): Promise<void> {
  await context.store.write(async (trx) => {
    const used = await trx.selectFrom('proposal').select('id').where('mapping_id', '=', id).limit(1).executeTakeFirst();
    if (used)
      throw new DaybookError(
        'setup_invalid',
        'Entries were made by this mapping, so it stays as their record. Change it instead.',
      );
    const deleted = await trx.deleteFrom('mapping').where('id', '=', id).executeTakeFirst();
    if (deleted.numDeletedRows === 0n) throw new DaybookError('not_found', `There is no mapping with the id ${id}.`);
    await record(trx, context.clock, { actor, action: 'mapping.deleted', subject: `mapping:${id}`, data: {} });
  });
}

async function checkMapping(trx: Writer, input: MappingInput): Promise<void> {
  const feed = await trx
    .selectFrom('feed_account as account')
    .innerJoin('feed', 'feed.id', 'account.feed_id')
    .innerJoin('connection', 'connection.id', 'feed.connection_id')
    .select(['account.name', 'connection.id', 'connection.name as connection', 'connection.environment'])
    .where('account.id', '=', input.feedAccountId)
    .executeTakeFirst();
  if (!feed) throw invalid('This feed account is not known. Fetch its bank first.', 'feedAccount');
  const ledger = await trx
    .selectFrom('connection')
    .select(['id', 'name', 'environment'])
    .where('id', '=', input.ledgerConnectionId)
    .executeTakeFirst();
  if (!ledger) throw invalid('This ledger connection is not known. Add it first.', 'ledger.connection');
  if (ledger.id === feed.id)
    throw invalid('A bank connection cannot be the ledger of its own accounts. Choose the ERP.', 'ledger.connection');
  if (ledger.environment !== feed.environment)
    throw new DaybookError(
      'wrong_environment',
      `${feed.connection} is ${feed.environment} and ${ledger.name} is ${ledger.environment}. Test money and real books are never mixed; choose a ledger of the same environment.`,
      { repair: 'edit_mapping', path: 'ledger.connection' },
    );
  if (input.pending === 'clearing' && input.clearingAccount === null)
    throw invalid('Booking pending lines needs a clearing account.', 'clearingAccount');
  if (input.startDate !== null && !isCalendarDate(input.startDate))
    throw invalid(`${input.startDate} is no date; write it as 2026-11-20.`, 'startDate');
  for (const [field, value] of [
    ['ledger.legalEntity', input.legalEntity],
    ['bankAccount', input.bankAccount],
    ['journalName', input.journalName],
  ] as const)
    if (value.trim() === '') throw invalid('This field must not be empty.', field);
  await checkAgainstLedger(trx, input);
  const twin = await trx
    .selectFrom('mapping')
    .innerJoin('feed_account', 'feed_account.id', 'mapping.feed_account_id')
    .select(['feed_account.name', 'feed_account.mask'])
    .where('mapping.ledger_connection_id', '=', input.ledgerConnectionId)
    .where('mapping.legal_entity', '=', input.legalEntity)
    .where('mapping.bank_account', '=', input.bankAccount)
    .where('mapping.feed_account_id', '!=', input.feedAccountId)
    .executeTakeFirst();
  if (twin)
    throw invalid(
      `Bank account ${input.bankAccount} already receives the lines of ${twin.name} ${twin.mask ?? ''}; two feeds would book everything twice.`,
      'bankAccount',
    );
}

async function checkAgainstLedger(trx: Writer, input: MappingInput): Promise<void> {
  const book = await loadLedgerBook(trx, input.ledgerConnectionId, input.legalEntity);
  if (book === null) return;
  if (book.bankAccounts && book.bankAccounts.get(input.bankAccount.toLowerCase()) !== true)
    throw new DaybookError(
      'bank_account_invalid',
      `Bank account ${input.bankAccount} cannot be used in ${input.legalEntity}. Choose one that the ledger has open.`,
      { path: 'bankAccount' },
    );
  if (book.journalNames && book.journalNames.get(input.journalName.toLowerCase()) !== true)
    throw new DaybookError(
      'journal_invalid',
      `Journal name ${input.journalName} cannot be used in ${input.legalEntity}. Choose one that the ledger has.`,
      { path: 'journalName' },
    );
}

/** While an entry is on its way, its target must not move under it. */
async function refuseMoveWhilePosting(trx: Writer, before: Mapping, after: MappingInput): Promise<void> {
  if (
    before.ledgerConnectionId === after.ledgerConnectionId &&
    before.legalEntity === after.legalEntity &&
    before.bankAccount === after.bankAccount
  )
    return;
  const moving = await trx
    .selectFrom('proposal')
    .select('id')
    .where('mapping_id', '=', before.id)
    .where('state', 'in', ['posting', 'unknown', 'different'])
    .limit(1)
    .executeTakeFirst();
  if (moving) throw invalid('Entries of this account are being posted. Finish that before you move it.', 'bankAccount');
}

function invalid(sentence: string, path: string): DaybookError {
  return new DaybookError('setup_invalid', sentence, { path });
}

function toRow(input: MappingInput) {
  return {
    feed_account_id: input.feedAccountId,
    ledger_connection_id: input.ledgerConnectionId,
    legal_entity: input.legalEntity,
    bank_account: input.bankAccount,
    journal_name: input.journalName,
    offset_account: input.offsetAccount,
    dimensions_json: canonicalJson(input.dimensions),
    transfer_account: input.transferAccount,
    clearing_account: input.clearingAccount,
    pending_policy: input.pending,
    grouping: input.grouping,
    start_date: input.startDate,
    suggestions: input.suggestions,
    auto_approve: input.autoApprove ? 1 : 0,
  };
}

const pendingSchema = z.enum(['wait', 'clearing']);
const groupingSchema = z.enum(['account_day', 'run']);
const suggestionsSchema = z.enum(['beside', 'first']);

function toMapping(row: Selectable<MappingTable>): Mapping {
  return {
    id: row.id,
    feedAccountId: row.feed_account_id,
    ledgerConnectionId: row.ledger_connection_id,
    legalEntity: row.legal_entity,
    bankAccount: row.bank_account,
    journalName: row.journal_name,
    offsetAccount: row.offset_account,
    dimensions: dimensionsSchema.parse(JSON.parse(row.dimensions_json)),
    transferAccount: row.transfer_account,
    clearingAccount: row.clearing_account,
    pending: pendingSchema.parse(row.pending_policy),
    grouping: groupingSchema.parse(row.grouping),
    startDate: row.start_date,
    suggestions: suggestionsSchema.parse(row.suggestions),
    autoApprove: row.auto_approve === 1n,
  };
}
