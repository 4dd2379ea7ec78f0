import { createHash } from 'node:crypto';
import type { Reader } from '../store/store.ts';

/** One revision of a line that a pull wrote. */
export type WrittenRevision = {
  readonly lineId: bigint;
  readonly providerLineId: string;
  readonly revision: bigint;
  readonly amountMinor: bigint;
  readonly date: string;
};

/**
 * The digest that the trail keeps of a pull: SHA-256 over every revision it wrote, new lines first, then changed and
 * removed ones, each group by line id. It can be computed again from the lines and their history (`digestOfPull`), so
 * a line that was altered behind the app's back shows.
 */
export function pullDigest() {
  const hash = createHash('sha256');
  const changed: WrittenRevision[] = [];
  let waiting: string[] = [];
  const flush = () => {
    hash.update(waiting.join(''));
    waiting = [];
  };
  return {
    /** New lines come with rising ids. */
    addNew: (revision: WrittenRevision) => {
      waiting.push(rowText(revision));
      if (waiting.length >= 500) flush();
    },
    addChanged: (revision: WrittenRevision) => {
      changed.push(revision);
    },
    finish: (): string => {
      changed.sort((a, b) => Number(a.lineId - b.lineId) || Number(a.revision - b.revision));
      for (const revision of changed) waiting.push(rowText(revision));
      flush();
      return hash.digest('hex');
    },
  };
}

function rowText({ providerLineId, revision, amountMinor, date }: WrittenRevision): string {
  return `${JSON.stringify(providerLineId)} ${revision} ${amountMinor} ${date}\n`;
}

/** The digest of a pull as the stored lines and their history give it now. */
export async function digestOfPull(db: Reader, pullId: string): Promise<string> {
  const digest = pullDigest();
  const isNew = db.selectFrom('statement_line').selectAll().where('first_pull_id', '=', pullId).orderBy('id');
  for (const line of await isNew.execute()) {
    const first = await revisionOf(db, line.id, 1n);
    if (first) digest.addNew(first);
  }
  const steps = await db.selectFrom('statement_line_history').selectAll().where('pull_id', '=', pullId).execute();
  for (const step of steps) {
    const written = await revisionOf(db, step.line_id, step.revision + 1n);
    if (written) digest.addChanged(written);
  }
  return digest.finish();
}

async function revisionOf(db: Reader, lineId: bigint, revision: bigint): Promise<WrittenRevision | undefined> {
  const columns = ['provider_line_id', 'revision', 'amount_minor', 'date'] as const;
  const row =
    (await db
      .selectFrom('statement_line')
      .select(columns)
      .where('id', '=', lineId)
      .where('revision', '=', revision)
      .executeTakeFirst()) ??
    (await db
      .selectFrom('statement_line_history')
      .select(columns)
      .where('line_id', '=', lineId)
      .where('revision', '=', revision)
      .executeTakeFirst());
  return (
    row && {
      lineId,
      providerLineId: row.provider_line_id,
      revision: row.revision,
      amountMinor: row.amount_minor,
      date: row.date,
    }
  );
}
