/** Bank statement files: taken in as a feed of its own, and written for any account. */
import type { FeedContext } from '../open-feed.ts';
import type { Chain } from './chain.ts';
import { type ExportAsked, type Exported, exportStatements } from './export.ts';
import { type FilePreview, type Imported, type ImportOptions, importFile, previewFile } from './import.ts';
import { accountChain, listFiles, originalFile, type StatementFileView } from './list.ts';
import { type UndoneImport, undoImport } from './undo.ts';

export type { AccountChoice, PlannedAccount } from './plan.ts';
export type { Chain, ExportAsked, Exported, FilePreview, Imported, ImportOptions, StatementFileView, UndoneImport };

export type StatementFiles = {
  preview(bytes: Uint8Array, options?: ImportOptions): Promise<FilePreview>;
  import(
    file: { readonly name: string; readonly bytes: Uint8Array },
    actor: string,
    options?: ImportOptions,
  ): Promise<Imported>;
  undo(fileId: string, actor: string): Promise<UndoneImport>;
  list(): Promise<StatementFileView[]>;
  original(fileId: string): Promise<{ readonly name: string; readonly bytes: Uint8Array }>;
  /** Null for an account that no file fed. */
  chain(feedAccountId: string): Promise<Chain | null>;
  export(asked: ExportAsked, actor: string): Promise<Exported>;
};

export function createStatementFiles(context: FeedContext): StatementFiles {
  return {
    preview: (bytes, options) => previewFile(context, bytes, options),
    import: (file, actor, options) => importFile(context, file, actor, options),
    undo: (fileId, actor) => undoImport(context, fileId, actor),
    list: () => listFiles(context.store.read),
    original: (fileId) => originalFile(context, fileId),
    chain: (feedAccountId) => accountChain(context.store.read, feedAccountId),
    export: (asked, actor) => exportStatements(context, asked, actor),
  };
}
