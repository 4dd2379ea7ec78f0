import { useDeferredValue, useState } from 'react';
import { z } from 'zod';
import type { CallOutput } from '../../api/contract.ts';
import { useCall } from '../../api/use-call.ts';
import { useRemembered } from '../../app/view.ts';

export type AuditEvent = CallOutput<'audit.search'>['events'][number];
export type TrailCheck = CallOutput<'audit.verify'>;

const filterSchema = z.object({
  actor: z.string(),
  action: z.string(),
  from: z.string(),
  to: z.string(),
});
export type TrailFilter = z.infer<typeof filterSchema>;

export const NO_FILTER: TrailFilter = { actor: '', action: '', from: '', to: '' };
export const PAGE = 100;

/** The part of the trail that is shown: words, filter, and where in it. */
export function useTrail() {
  const [filter, keepFilter] = useRemembered('audit.filter', filterSchema, NO_FILTER);
  const [search, writeSearch] = useState('');
  const [offset, setOffset] = useState(0);
  const words = useDeferredValue(search.trim());
  const said = Object.entries({ ...filter, search: words }).filter(([, value]) => value !== '');
  const asked: { search?: string; actor?: string; action?: string; from?: string; to?: string } =
    Object.fromEntries(said);
  const answer = useCall('audit.search', { filter: asked, offset, limit: PAGE });
  return {
    ...{ filter, search, offset, setOffset, asked, answer },
    narrowed: said.length > 0,
    setFilter: (next: TrailFilter) => {
      keepFilter(next);
      setOffset(0);
    },
    setSearch: (next: string) => {
      writeSearch(next.slice(0, 200));
      setOffset(0);
    },
    clear: () => {
      keepFilter(NO_FILTER);
      writeSearch('');
      setOffset(0);
    },
  };
}
