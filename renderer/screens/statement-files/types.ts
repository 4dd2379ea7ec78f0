import type { CallInput, CallOutput } from '../../api/contract.ts';

export type Preview = CallOutput<'statementFiles.preview'>;
export type PreviewAccount = Preview['accounts'][number];
export type StatementFile = CallOutput<'statementFiles.list'>[number];
export type Hints = Pick<CallInput<'statementFiles.preview'>, 'currency' | 'dateOrder' | 'accounts'>;
export type ExportFormat = CallInput<'statementFiles.export'>['format'];
