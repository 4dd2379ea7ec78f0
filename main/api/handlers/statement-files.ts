import { gunzipSync } from 'node:zlib';
import type { z } from 'zod';
import { propose } from '../../coding/propose.ts';
import { DaybookError } from '../../core/errors.ts';
import type { Chain, ImportOptions, PlannedAccount } from '../../feeds/statement-files/index.ts';
import { LARGEST_FILE } from '../../statement-files/decode.ts';
import type { statementFileCalls } from '../calls/statement-files.ts';
import { moneyOf } from '../documents.ts';
import type { HandlersOf, Work } from '../handler.ts';

type Given = z.output<(typeof statementFileCalls)['statementFiles.preview']['input']>;

export const statementFileHandlers: HandlersOf<typeof statementFileCalls> = {
  'statementFiles.preview': async (given, work) => {
    work.progress(0, null, 'Reading the file');
    const { file, accounts, cameBefore } = await work.daybook.feeds.statementFiles.preview(
      bytesOf(given),
      optionsOf(given, work),
    );
    return {
      format: file.formatLabel,
      encoding: file.encoding,
      notes: [...file.notes],
      refused: file.refused.map(({ line, sentence, account }) => ({
        line,
        sentence,
        last4: account?.slice(-4) ?? null,
      })),
      cameBefore,
      accounts: accounts.map(accountDocument),
    };
  },
  'statementFiles.import': async (given, work) => {
    const { daybook, actor, stop } = work;
    const file = { name: given.name, bytes: bytesOf(given) };
    const { accounts, ...taken } = await daybook.feeds.statementFiles.import(file, actor, optionsOf(given, work));
    work.changed(['feeds', 'queue']);
    if (taken.newLines > 0)
      await propose(daybook.coding, {
        stop,
        onProgress: ({ done, total }) => work.progress(done, total, 'Proposing entries'),
      });
    return { ...taken, accounts: accounts.map(accountDocument) };
  },
  'statementFiles.list': async (_, { daybook }) =>
    (await daybook.feeds.statementFiles.list()).map((file) => ({ ...file, accounts: [...file.accounts] })),
  'statementFiles.undo': async ({ fileId }, { daybook, actor, stop }) => {
    const undone = await daybook.feeds.statementFiles.undo(fileId, actor);
    // Entries of lines that are gone are withdrawn.
    await propose(daybook.coding, { stop });
    return undone;
  },
  'statementFiles.original': async ({ fileId }, { daybook }) => {
    const { name, bytes } = await daybook.feeds.statementFiles.original(fileId);
    return { name, encoding: 'base64' as const, content: Buffer.from(bytes).toString('base64') };
  },
  'statementFiles.chain': async ({ feedAccountId }, { daybook }) => {
    const chain = await daybook.feeds.statementFiles.chain(feedAccountId);
    const account = (await daybook.feeds.listAccounts()).find(({ id }) => id === feedAccountId);
    return chain === null ? null : chainDocument(chain, account?.currency ?? 'EUR');
  },
  'statementFiles.export': async (asked, { daybook, actor, stop, progress }) => {
    progress(0, null, 'Writing the statements');
    const { name, mediaType, content, days, lines } = await daybook.feeds.statementFiles.export(
      { ...asked, stop },
      actor,
    );
    return { name, mediaType, encoding: 'utf8' as const, content, days, rows: lines };
  },
};

function bytesOf({ content, gzip }: Given): Uint8Array {
  const bytes = Buffer.from(content, 'base64');
  if (bytes.length === 0) throw new DaybookError('usage', 'The file is empty, or was not sent in base64.');
  if (!gzip) return bytes;
  try {
    // A file that grows beyond what is read at all is not unpacked further.
    return gunzipSync(bytes, { maxOutputLength: LARGEST_FILE });
  } catch (cause) {
    throw new DaybookError('file_refused', 'Line 1: The file is too large, or arrived damaged. Send it again.', {
      cause,
      path: 'line 1',
    });
  }
}

function optionsOf({ currency, dateOrder, accounts }: Given, { stop, progress }: Work): ImportOptions {
  return { currency, dateOrder, accounts, stop, onProgress: progress };
}

function accountDocument(planned: PlannedAccount) {
  const { group, account, chain } = planned;
  const { key, currency } = group;
  const inFile = currency === '' ? null : currency;
  return {
    ...{ key, currency, feedAccountId: account?.id ?? null, name: planned.name, last4: planned.last4 },
    ...{ blocked: planned.blocked, newLines: planned.newLines, knownLines: planned.knownLines },
    unreadableRows: group.statements.flatMap(({ unreadable }) =>
      unreadable.map(({ line, sentence }) => ({ line, sentence })),
    ),
    statements: planned.statements.map(({ statement, lines, known }) => ({
      ...{ line: statement.line, id: statement.id, from: statement.from, to: statement.to, known },
      opening: statement.opening === null ? null : moneyOf(statement.opening.minor, currency),
      closing: statement.closing === null ? null : moneyOf(statement.closing.minor, currency),
      lines: lines.length,
      newLines: lines.filter((line) => line < 0n).length,
      notes: [...statement.notes],
    })),
    ...(inFile === null ? { gaps: [], closing: null } : chainDocument(chain, inFile)),
  };
}

function chainDocument({ closing, breaks }: Chain, currency: string) {
  return {
    closing: closing === null ? null : { amount: moneyOf(closing.minor, currency), date: closing.date },
    gaps: breaks.map(({ after, before, size }) => ({ after, before, size: moneyOf(size, currency) })),
  };
}
