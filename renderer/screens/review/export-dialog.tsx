import type { CallInput } from '../../api/contract.ts';
import { ExportDialog as Export } from '../../components/export-dialog.tsx';

type Input = CallInput<'export.queue'>;

export type ExportDialogProps = {
  readonly filter: Input['filter'];
  readonly sort: Input['sort'];
  readonly count: number;
  readonly onClose: () => void;
};

/** The entries of the tab and filter that are shown, in their order. */
export function ExportDialog({ filter, sort, count, onClose }: ExportDialogProps) {
  const input = { ...(filter ? { filter } : {}), ...(sort ? { sort } : {}) };
  return <Export name="export.queue" input={input} count={count} onClose={onClose} />;
}
