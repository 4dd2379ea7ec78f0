import type { LedgerJournal } from '../../core/entry.ts';
import { DaybookError } from '../../core/errors.ts';
import { stemIn } from '../../core/reference.ts';
import type { FoundEntry, PostsEntries, SendNotes, Stop } from '../capabilities.ts';
import type { Client, NamedCreation } from './client.ts';
import type { D365Settings } from './config.ts';
import { journalHeaders, journalLines, type RowOf } from './entities.ts';
import { fromLines, type LineRules, lineCount, toLines } from './map.ts';
import { allOf, anyOf, type Expression, orChains, textBegins, textEquals, textLiteral } from './odata.ts';
import { findPosted } from './posted.ts';
import { preflight } from './preflight.ts';
import { sameText, type Tables } from './tables.ts';

/** One changeset takes 300 lines; most entries are one line. */
const ENTRIES_PER_JOURNAL = 250;
const DESCRIPTION_LIMIT = 60;
/** Leaves room for host, set and selected fields in an address of at most 1,800 characters. */
const CHAIN_LENGTH = 1200;

type Header = RowOf<typeof journalHeaders>;

/** Writes general journals and finds them again. Protocol: docs/posting.md; ERP side: facts §3.6, §5.1, §8. */
export function createPush(client: Client, tables: Tables, settings: D365Settings): PostsEntries {
  /** Headers of ours for this journal, by its reference at the beginning of the description. */
  const findHeaders = async (journal: LedgerJournal, journalNumber: string | null, stop: Stop): Promise<Header[]> => {
    const description = descriptionOf(journal);
    const conditions = [textEquals('Description', description), textBegins('Description', journal.reference)];
    if (journalNumber !== null) conditions.push(textEquals('JournalBatchNumber', journalNumber));
    const rows = await client.list(
      journalHeaders,
      allOf(textEquals('dataAreaId', journal.legalEntity), anyOf(...conditions)),
      stop,
    );
    // The number alone proves nothing: that of a deleted journal may be somebody else's by now.
    return rows.filter((row) => row.Description.toUpperCase().startsWith(journal.reference));
  };

  const linesOf = (legalEntity: string, journalNumber: string, stop: Stop) =>
    client.list(
      journalLines,
      allOf(textEquals('dataAreaId', legalEntity), textEquals('JournalBatchNumber', journalNumber)),
      stop,
    );

  /** The journal to write into, and the stems that it already holds. A posted journal takes no more lines. */
  const openJournal = async (journal: LedgerJournal, notes: SendNotes, stop: Stop) => {
    const headers = await findHeaders(journal, notes.journalNumber, stop);
    const open = headers.filter((header) => !header.IsPosted);
    const known = open.find((header) => header.JournalBatchNumber === notes.journalNumber) ?? open[0];
    if (known !== undefined) {
      if (known.JournalBatchNumber !== notes.journalNumber) await notes.remember(known.JournalBatchNumber);
      const lines = await linesOf(journal.legalEntity, known.JournalBatchNumber, stop);
      return {
        number: known.JournalBatchNumber,
        stems: new Set(lines.map((line) => stemIn(line.Document.toUpperCase()))),
      };
    }
    await notes.beforeWrite();
    const created = await client.create(
      journalHeaders,
      {
        dataAreaId: journal.legalEntity,
        JournalName: journal.journalName,
        Description: descriptionOf(journal),
        IntegrationKey: journal.reference,
      },
      stop,
    );
    if (created.JournalBatchNumber === '') throw headerWithoutNumber();
    await notes.remember(created.JournalBatchNumber);
    return { number: created.JournalBatchNumber, stems: new Set<string>() };
  };

  const lineRules = async (journal: LedgerJournal, stop: Stop): Promise<LineRules> => {
    const names = await tables.journalNames(journal.legalEntity, stop);
    const name = names?.find((row) => sameText(row.Name, journal.journalName));
    return {
      ownVoucher: name?.NewVoucher === 'Manually',
      fillsOffset: (name?.OffsetAccountDisplayValue ?? '') !== '',
      fixedOffset: name?.IsFixedOffsetAccount === true,
    };
  };

  const send: PostsEntries['send'] = async (journal, notes, stop) => {
    const [setup, rules] = await Promise.all([tables.dimensionSetup(stop), lineRules(journal, stop)]);
    // Mapped once before anything is written: an entry that cannot be mapped must not leave an empty journal behind.
    for (const entry of journal.entries)
      toLines(entry, { legalEntity: journal.legalEntity, journalNumber: '' }, setup, rules);
    const { number, stems } = await openJournal(journal, notes, stop);
    const missing = journal.entries.filter((entry) => !stems.has(stemIn(entry.reference)));
    const target = { legalEntity: journal.legalEntity, journalNumber: number };
    const changesets = inChangesets(missing, settings.linesPerRequest).map((entries) =>
      entries.flatMap((entry): NamedCreation[] =>
        toLines(entry, target, setup, rules).map((body) => ({ body, path: entry.reference })),
      ),
    );
    for (const [index, creations] of changesets.entries()) {
      await notes.beforeWrite();
      await client.createAll(journalLines.set, creations, stop).catch((thrown: unknown) => {
        tables.forget();
        throw index === 0 ? thrown : partlyStored(thrown);
      });
    }
    return { journalNumber: number };
  };

  const lookUp: PostsEntries['lookUp'] = async (legalEntity, references, stop) => {
    const [setup, wildcards] = await Promise.all([
      tables.dimensionSetup(stop),
      tables.understandsWildcards(legalEntity, stop),
    ]);
    const condition = wildcards ? byStem : byReferenceOrStem;
    const conditions = references.map((reference) => condition('Document', reference));
    const filters = orChains(conditions, CHAIN_LENGTH).map((chain) =>
      allOf(textEquals('dataAreaId', legalEntity), chain),
    );
    const lines = await client.listEach(journalLines, filters, stop);
    const wanted = new Set(references.map(stemIn));
    // A wildcard, or a server that ignores a filter, may give more than was asked for; a line found twice counts once.
    const rows = new Map(
      lines
        .filter((row) => wanted.has(stemIn(row.Document.toUpperCase())) && sameText(row.dataAreaId, legalEntity))
        .map((row) => [`${row.JournalBatchNumber}\n${row.LineNumber}`, row]),
    );
    const read = fromLines([...rows.values()], setup);
    const posted = await postedJournals(legalEntity, new Set(read.map((entry) => entry.journalNumber)), stop);
    const found = read.map(
      (entry): FoundEntry => ({ ...entry, legalEntity, state: posted.has(entry.journalNumber) ? 'posted' : 'open' }),
    );
    const seen = new Set(found.map(({ entry }) => stemIn(entry.reference)));
    const unseen = references.filter((reference) => !seen.has(stemIn(reference)));
    if (unseen.length === 0 || !settings.searchPostedLedger) return found;
    if (!(await tables.showsPostedLedger(legalEntity, stop))) return found;
    const search = { legalEntity, references: unseen, condition, chainLength: CHAIN_LENGTH };
    const deleted = await findPosted(client, search, setup, stop);
    return [...found, ...deleted.filter(({ entry }) => wanted.has(stemIn(entry.reference)))];
  };

  const postedJournals = async (
    legalEntity: string,
    numbers: ReadonlySet<string>,
    stop: Stop,
  ): Promise<Set<string>> => {
    const filters = orChains(
      [...numbers].map((number) => textEquals('JournalBatchNumber', number)),
      CHAIN_LENGTH,
    ).map((chain) => allOf(textEquals('dataAreaId', legalEntity), chain));
    const headers = await client.listEach(journalHeaders, filters, stop);
    return new Set(headers.filter((row) => row.IsPosted).map((row) => row.JournalBatchNumber));
  };

  const discardEmpty: PostsEntries['discardEmpty'] = async (journal, journalNumber, stop) => {
    for (const header of await findHeaders(journal, journalNumber, stop)) {
      if (header.IsPosted) continue;
      if ((await linesOf(journal.legalEntity, header.JournalBatchNumber, stop)).length > 0) continue;
      const key = [
        ['dataAreaId', textLiteral(journal.legalEntity)],
        ['JournalBatchNumber', textLiteral(header.JournalBatchNumber)],
      ] as const;
      await client.remove(journalHeaders.set, key, header['@odata.etag'] ?? undefined, stop);
    }
  };

  /** Nobody is refused by what was remembered: a person may have mended it in the ERP a moment ago. */
  const preflightNow: PostsEntries['preflight'] = async (journal, stop) => {
    const found = await preflight(tables, settings, journal, stop);
    if (!found.some(({ blocking }) => blocking)) return found;
    tables.forget();
    return preflight(tables, settings, journal, stop);
  };

  return {
    entriesPerJournal: ENTRIES_PER_JOURNAL,
    preflight: preflightNow,
    lookUp,
    send,
    discardEmpty,
  };
}

/** A stem finds any revision of an entry. */
function byStem(field: string, reference: string): Expression {
  return textBegins(field, stemIn(reference));
}

/** For a server that may not know wildcards: the exact reference as well. */
function byReferenceOrStem(field: string, reference: string): Expression {
  return anyOf(textEquals(field, reference), byStem(field, reference));
}

/** Begins with the journal's reference, by which a lost header is found again. */
export function descriptionOf(journal: LedgerJournal): string {
  const { reference, description } = journal;
  const full = description.startsWith(reference) ? description : `${reference} ${description}`;
  return [...full].slice(0, DESCRIPTION_LIMIT).join('').trimEnd();
}

/** Whole entries in groups of at most `limit` lines: a voucher is never split over two transactions. */
export function inChangesets<Entry extends LedgerJournal['entries'][number]>(
  entries: readonly Entry[],
  limit: number,
): Entry[][] {
  const groups: Entry[][] = [];
  let lines = 0;
  for (const entry of entries) {
    const count = lineCount(entry);
    const last = groups.at(-1);
    if (last === undefined || lines + count > limit) {
      groups.push([entry]);
      lines = count;
    } else {
      last.push(entry);
      lines += count;
    }
  }
  return groups;
}

/** An earlier transaction of the same journal is stored, so "nothing was stored" would be untrue. */
function partlyStored(thrown: unknown): unknown {
  if (!(thrown instanceof DaybookError) || thrown.code === 'outcome_unknown') return thrown;
  return new DaybookError(
    'outcome_unknown',
    'A part of the journal was stored before Dynamics 365 refused the rest; Daybook looks up what is there first.',
    {
      cause: thrown,
      providerCode: thrown.providerCode,
      requestId: thrown.requestId,
      retryAfterMs: thrown.retryAfterMs,
    },
  );
}

function headerWithoutNumber(): DaybookError {
  return new DaybookError(
    'outcome_unknown',
    'Dynamics 365 made a journal and did not tell its number; Daybook looks it up first.',
  );
}
