import { on, onReach } from './client.ts';
import type { CallName, Topic } from './contract.ts';

const ALL: readonly Topic[] = [
  'feeds',
  'queue',
  'mappings',
  'rules',
  'journals',
  'reconcile',
  'audit',
  'settings',
  'runs',
];

/** Which writes make the answers of a call old, by the first word of its name. */
const BY_FAMILY: Readonly<Record<string, readonly Topic[]>> = {
  workspace: ['settings', 'feeds'],
  work: [],
  search: [],
  today: ALL,
  connections: ['feeds'],
  accounts: ['feeds', 'mappings'],
  mappings: ['mappings', 'feeds'],
  ledger: ['mappings'],
  setup: ['mappings', 'rules', 'feeds'],
  rules: ['rules'],
  queue: ['queue', 'journals'],
  proposals: ['queue', 'journals'],
  post: ['queue', 'journals'],
  journals: ['journals', 'queue'],
  activity: ['runs', 'journals', 'queue', 'feeds'],
  lines: ['feeds', 'queue', 'journals'],
  line: ['feeds', 'queue', 'journals'],
  reconcile: ['reconcile'],
  audit: ['audit'],
  export: [],
  settings: ['settings'],
  schedule: ['settings', 'runs'],
  runs: ['runs'],
  digest: ['runs', 'queue', 'journals'],
  webhooks: ['settings', 'feeds', 'runs'],
  backup: ['settings'],
  views: ['settings'],
};

export function topicsOf(name: CallName): readonly Topic[] {
  return BY_FAMILY[name.split('.')[0] ?? ''] ?? ALL;
}

const listeners = new Set<{ readonly topics: readonly Topic[]; readonly tell: () => void }>();

/** Calls back after a write to any of these topics, and after main was out of reach. */
export function onChanged(topics: readonly Topic[], tell: () => void): () => void {
  const listener = { topics, tell };
  listeners.add(listener);
  return () => listeners.delete(listener);
}

on('changed', ({ topics }) => {
  for (const listener of [...listeners]) if (listener.topics.some((topic) => topics.includes(topic))) listener.tell();
});
on('host.unlocked', () => {
  for (const listener of [...listeners]) listener.tell();
});
onReach((reached) => {
  if (reached) for (const listener of [...listeners]) listener.tell();
});
