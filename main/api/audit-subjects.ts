/** What the events of the trail are about, by the names that people know. */
import type { Reader } from '../store/store.ts';
import { moneyOf } from './documents.ts';
import type { MoneyDocument } from './money-document.ts';

export type SubjectName = { readonly name: string; readonly amount: MoneyDocument | null };

/** Names of subjects such as `proposal:ID`; what has no name, or is gone, is left out. */
export async function subjectNames(db: Reader, subjects: readonly string[]): Promise<Map<string, SubjectName>> {
  const ids = (kind: string) => [
    ...new Set(subjects.flatMap((subject) => (subject.startsWith(`${kind}:`) ? [subject.slice(kind.length + 1)] : []))),
  ];
  const entries = await db
    .selectFrom('proposal')
    .select(['id', 'text', 'amount_minor', 'currency'])
    .where('id', 'in', ids('proposal'))
    .execute();
  const posted = await db
    .selectFrom('posting')
    .innerJoin('proposal', 'proposal.id', 'posting.proposal_id')
    .select(['posting.id', 'proposal.text', 'proposal.amount_minor', 'proposal.currency'])
    .where('posting.id', 'in', ids('posting'))
    .execute();
  const accounts = await db
    .selectFrom('feed_account')
    .select(['id', 'name', 'mask'])
    .where('id', 'in', ids('feed_account'))
    .execute();
  const mapped = await db
    .selectFrom('mapping')
    .innerJoin('feed_account', 'feed_account.id', 'mapping.feed_account_id')
    .select(['mapping.id', 'feed_account.name', 'feed_account.mask'])
    .where('mapping.id', 'in', ids('mapping'))
    .execute();
  const feeds = await db.selectFrom('feed').select(['id', 'institution_name']).where('id', 'in', ids('feed')).execute();
  const rules = await db.selectFrom('rule').select(['id', 'name']).where('id', 'in', ids('rule')).execute();
  const entry = (row: { readonly text: string; readonly amount_minor: bigint; readonly currency: string }) => ({
    name: row.text,
    amount: moneyOf(row.amount_minor, row.currency),
  });
  const account = ({ name, mask }: { readonly name: string; readonly mask: string | null }) => ({
    name: mask === null ? name : `${name} ··${mask}`,
    amount: null,
  });
  return new Map<string, SubjectName>([
    ...entries.map((row) => [`proposal:${row.id}`, entry(row)] as const),
    ...posted.map((row) => [`posting:${row.id}`, entry(row)] as const),
    ...accounts.map((row) => [`feed_account:${row.id}`, account(row)] as const),
    ...mapped.map((row) => [`mapping:${row.id}`, account(row)] as const),
    ...feeds.flatMap(({ id, institution_name }) =>
      institution_name === null ? [] : [[`feed:${id}`, { name: institution_name, amount: null }] as const],
    ),
    ...rules.map(({ id, name }) => [`rule:${id}`, { name, amount: null }] as const),
  ]);
}
