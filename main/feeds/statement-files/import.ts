import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { record } from '../../audit/trail.ts';
import type { Stop } from '../../connectors/capabilities.ts';
import { instantNow, yieldToOthers } from '../../core/clock.ts';
import { DaybookError } from '../../core/errors.ts';
import { newId } from '../../core/ids.ts';
import { readStatementFile } from '../../statement-files/read.ts';
import { withLine } from '../../statement-files/refusal.ts';
import type { ReadHints, StatementFile } from '../../statement-files/statement.ts';
import type { Writer } from '../../store/store.ts';
import { statementFileContext } from '../../vault/contexts.ts';
import { feedAnswered } from '../feed-state.ts';
import type { FeedContext } from '../open-feed.ts';
import { throwIfStopped } from '../pull.ts';
import { storedAccounts } from './file-accounts.ts';
import { fileFeed } from './file-feed.ts';
import { type AccountChoice, type PlannedAccount, planImport } from './plan.ts';
import { takeIn } from './take-in.ts';

export type ImportOptions = ReadHints & {
  readonly accounts?: readonly AccountChoice[];
  readonly stop?: Stop;
  readonly onProgress?: (done: number, total: number, sentence: string) => void;
};

export type FilePreview = {
  readonly file: StatementFile;
  readonly accounts: readonly PlannedAccount[];
  /** The same bytes are here already. */
  readonly cameBefore: { readonly name: string; readonly at: string } | null;
};

export type Imported = {
  /** `known`: nothing of it was new, and nothing was written. */
  readonly outcome: 'imported' | 'known';
  readonly fileId: string | null;
  readonly newLines: number;
  readonly knownLines: number;
  readonly rejectedRows: number;
  readonly accounts: readonly PlannedAccount[];
};

/** What a file holds and what taking it in would do. Writes nothing. @throws DaybookError `file_refused`, `cancelled` */
export async function previewFile(
  context: FeedContext,
  bytes: Uint8Array,
  options: ImportOptions = {},
): Promise<FilePreview> {
  const { store, vault } = context;
  const file = await readStatementFile(bytes, { ...(await hintsOf(context, options)), stop: options.stop });
  const accounts = await planImport(store.read, vault.cipher, file, options.accounts ?? [], breatheOf(options.stop));
  const before = await store.read
    .selectFrom('statement_file')
    .select(['name', 'imported_at'])
    .where('digest', '=', digestOf(bytes))
    .where('undone_at', 'is', null)
    .orderBy('imported_at', 'desc')
    .executeTakeFirst();
  return { file, accounts, cameBefore: before === undefined ? null : { name: before.name, at: before.imported_at } };
}

/**
 * Takes in the statements of a file, all of them or none: an account that is refused, or that a person must first choose,
 * keeps the whole file out, so that a file is either here or not.
 * @throws DaybookError `file_refused` (with line and reason), `cancelled`, `not_found` for a chosen account
 */
export async function importFile(
  context: FeedContext,
  named: { readonly name: string; readonly bytes: Uint8Array },
  actor: string,
  options: ImportOptions = {},
): Promise<Imported> {
  const { store, vault, ports } = context;
  const { name, bytes } = named;
  const { stop, onProgress = () => {} } = options;
  onProgress(0, 3, 'Reading the file');
  const file = await readStatementFile(bytes, { ...(await hintsOf(context, options)), stop });
  refuseBlocked(file, await planImport(store.read, vault.cipher, file, options.accounts ?? [], breatheOf(stop)));
  throwIfStopped(stop);
  onProgress(1, 3, 'Comparing with what is here');
  const feedId = await fileFeed(context, actor);
  const fileId = newId('file', ports);
  const raw = vault.cipher.encrypt(gzipSync(bytes).toString('base64'), statementFileContext(fileId));
  return store.write(async (trx) => {
    // Planned anew inside of the transaction: another process may have taken in the same days meanwhile.
    const accounts = await planImport(trx, vault.cipher, file, options.accounts ?? [], breatheOf(stop));
    refuseBlocked(file, accounts);
    const counts = {
      newLines: accounts.reduce((sum, one) => sum + one.newLines, 0),
      knownLines: accounts.reduce((sum, one) => sum + one.knownLines, 0),
    };
    if (accounts.every(({ statements }) => statements.every(({ known }) => known)) && (await isHere(trx, bytes)))
      return { outcome: 'known', fileId: null, ...counts, newLines: 0, rejectedRows: 0, accounts };
    onProgress(2, 3, 'Saving the movements');
    const at = instantNow(ports.clock);
    const pullId = newId('pull', ports);
    await startPull(trx, { pullId, feedId, at });
    await trx
      .insertInto('statement_file')
      .values({
        ...{ id: fileId, feed_id: feedId, pull_id: pullId, name: name.slice(0, 200), format: file.format },
        ...{ digest: digestOf(bytes), size: bytes.length, raw_sealed: raw, imported_at: at, imported_by: actor },
      })
      .execute();
    const taken = await takeIn(trx, context, { feedId, fileId, pullId, accounts, actor, stop });
    await feedAnswered(trx, ports, feedId, { consentExpiresAt: null, bankUpdatedAt: null }, null);
    await trx
      .updateTable('feed')
      .set({ last_success_at: at, last_attempt_at: at, history: 'complete' })
      .where('id', '=', feedId)
      .execute();
    await trx
      .updateTable('pull')
      .set({ finished_at: at, outcome: 'applied', new_lines: taken.newLines, rejected_rows: taken.rejectedRows })
      .where('id', '=', pullId)
      .execute();
    await record(trx, ports.clock, {
      actor,
      action: 'statement_file.imported',
      subject: `feed:${feedId}`,
      data: {
        ...{ file: fileId, name, format: file.formatLabel, digest: digestOf(bytes), pull: pullId },
        ...{ statements: file.statements.length, ...counts, rejectedRows: taken.rejectedRows, lines: taken.digest },
      },
    });
    await yieldToOthers();
    return {
      outcome: 'imported',
      fileId,
      ...counts,
      newLines: taken.newLines,
      rejectedRows: taken.rejectedRows,
      accounts,
    };
  });
}

export function digestOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

async function isHere(trx: Writer, bytes: Uint8Array): Promise<boolean> {
  const row = await trx
    .selectFrom('statement_file')
    .select('id')
    .where('digest', '=', digestOf(bytes))
    .where('undone_at', 'is', null)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

/** Where the account of the whole file is chosen, its currency is the file's. */
async function hintsOf({ store, vault }: FeedContext, options: ImportOptions): Promise<ReadHints> {
  const { currency, dateOrder, accounts = [] } = options;
  if (currency !== undefined || accounts.length === 0) return { currency, dateOrder };
  const stored = await storedAccounts(store.read, vault.cipher);
  const chosen = stored.find(({ id }) => id === accounts[0]?.feedAccountId);
  return { currency: chosen?.currency ?? undefined, dateOrder };
}

function refuseBlocked(file: StatementFile, accounts: readonly PlannedAccount[]): void {
  const [refusal] = file.refused;
  if (refusal !== undefined)
    throw new DaybookError('file_refused', withLine(refusal.line, refusal.sentence), { path: `line ${refusal.line}` });
  const blocked = accounts.find((one) => one.blocked !== null);
  if (blocked?.blocked != null)
    throw new DaybookError('file_refused', blocked.blocked, { path: `accounts[${blocked.group.key}]` });
}

async function startPull(
  trx: Writer,
  { pullId, feedId, at }: { readonly pullId: string; readonly feedId: string; readonly at: string },
): Promise<void> {
  await trx
    .insertInto('pull')
    .values({
      ...{ id: pullId, feed_id: feedId, started_at: at, from_cursor: null, outcome: 'running' },
      ...{ pages: 1, restarts: 0, new_lines: 0, changed_lines: 0, removed_lines: 0, rejected_rows: 0 },
    })
    .execute();
}

function breatheOf(stop: Stop): () => Promise<void> {
  return async () => {
    throwIfStopped(stop);
    await yieldToOthers();
  };
}
