/** A filter in plain words, for the head of an export: "Tab: to review; account: Operating ··1207; from 2026-11-01". */
import type { z } from 'zod';
import { listRules } from '../coding/rules.ts';
import type { Daybook } from '../daybook.ts';
import type { queueFilter, queueSort } from './calls/review.ts';

export type Words = ReadonlyArray<string | null>;

/** `null` and empty parts fall away. */
export function sentenceOf(words: Words): string {
  const said = words.filter((part) => part !== null && part !== '');
  return said.length === 0 ? 'none: everything' : said.join('; ');
}

export const said = (name: string, value: string | undefined): string | null =>
  value === undefined || value === '' ? null : `${name} ${value}`;

export const saidList = (name: string, values: readonly string[] | undefined): string | null =>
  values === undefined || values.length === 0 ? null : `${name} ${values.map(plain).join(', ')}`;

const plain = (value: string) => value.replaceAll('_', ' ');

const TABS = {
  review: 'to review',
  ready: 'approved, to be posted',
  posted: 'posted',
  excluded: 'excluded',
  exceptions: 'exceptions',
} as const;

export async function queueWords(
  daybook: Daybook,
  filter: z.output<typeof queueFilter>,
  sort: z.output<typeof queueSort> | undefined,
): Promise<Words> {
  const rule =
    filter.ruleId === undefined
      ? undefined
      : (await listRules(daybook.store.read)).find(({ id }) => id === filter.ruleId)?.document.name;
  return [
    filter.tab === undefined ? null : `tab: ${TABS[filter.tab]}`,
    saidList('states:', filter.states),
    saidList('accounts:', await accountNames(daybook, filter.feedAccountIds)),
    saidList('legal entities:', filter.legalEntities),
    ...period(filter),
    said('amount from', filter.amountFrom),
    said('amount to', filter.amountTo),
    filter.direction === undefined ? null : filter.direction === 'in' ? 'money in' : 'money out',
    said('currency', filter.currency),
    saidList('coded by:', filter.codedBy),
    saidList('kinds:', filter.kinds),
    said('rule', filter.ruleId === undefined ? undefined : (rule ?? filter.ruleId)),
    said('offset account', filter.account),
    said('words:', filter.search),
    sort === undefined ? null : `sorted by ${sort.by}${sort.descending ? ', downwards' : ''}`,
  ];
}

export function period({ from, to }: { readonly from?: string | undefined; readonly to?: string | undefined }): Words {
  return [said('from', from), said('to', to)];
}

/** `Operating ··1207` for each id; an id of an account that is gone stays as it is. */
export async function accountNames(daybook: Daybook, ids: readonly string[] | undefined) {
  if (ids === undefined) return undefined;
  const accounts = new Map((await daybook.feeds.listAccounts()).map((account) => [account.id, account]));
  return ids.map((id) => {
    const account = accounts.get(id);
    if (!account) return id;
    return account.mask === null ? account.name : `${account.name} ··${account.mask}`;
  });
}
