import { useCall } from '../../api/use-call.ts';
import type { Connection, Kind, Opened } from './types.ts';

const NOTHING = {};
const NONE: readonly Kind[] = [];

/** What can be connected. Each kind tells its own name and the fields of its form. */
export function useKinds(): readonly Kind[] {
  return useCall('connections.kinds', NOTHING).data ?? NONE;
}

/** A kind as a person calls it; the code where it is not known. */
export function kindTitle(kinds: readonly Kind[], kind: string): string {
  return kinds.find((one) => one.kind === kind)?.title ?? kind;
}

export function ledgerKinds(kinds: readonly Kind[]): readonly Kind[] {
  return kinds.filter((kind) => kind.role === 'ledger' && (kind.kind === 'd365' || kind.form !== null));
}

/** The dialog that makes a connection of this kind, or changes one. Undefined: only a setup document can. */
export function dialogOf(kind: Kind | undefined, connection: Connection | null): Opened | undefined {
  if (!kind) return undefined;
  if (kind.kind === 'plaid' || kind.kind === 'd365') return { dialog: kind.kind, connection };
  return kind.form === null ? undefined : { dialog: 'form', kind, connection };
}

export function editDialogOf(kinds: readonly Kind[], connection: Connection): Opened | undefined {
  return dialogOf(
    kinds.find(({ kind }) => kind === connection.kind),
    connection,
  );
}

/** Connects a ledger: the only kind there is, or a choice of kinds. */
export function addLedger(kinds: readonly Kind[]): Opened {
  const [only, second] = ledgerKinds(kinds);
  return (second ? undefined : dialogOf(only, null)) ?? { dialog: 'kinds' };
}
