import { type ComponentType, type LazyExoticComponent, lazy } from 'react';
import { useCall } from '../api/use-call.ts';
import type { IconName } from '../components/icon.tsx';
import { useOpenQuestions } from '../components/journal-question/question.ts';
import { t } from '../i18n/t.ts';

/** One screen of the rail. Adding one is a line in SCREENS and a folder in screens/; see docs/renderer.md. */
export type ScreenEntry = {
  /** First part of the address, and the name of its folder. */
  readonly id: string;
  readonly label: () => string;
  readonly icon: IconName;
  /** How many things wait for a person there; a hook, so it may use `useCall`. */
  readonly useCount?: () => number | undefined;
  readonly Screen: LazyExoticComponent<ComponentType>;
};

const WHOLE_QUEUE = {};
const NOTHING = {};
const ONE_EXCEPTION = { limit: 1 };

export const SCREENS: readonly ScreenEntry[] = [
  {
    id: 'today',
    label: () => t('Today'),
    icon: 'today',
    Screen: lazy(() => import('../screens/today/today-screen.tsx')),
  },
  {
    id: 'review',
    label: () => t('Review'),
    icon: 'review',
    useCount: () => useCall('queue.counts', WHOLE_QUEUE).data?.tabs.review,
    Screen: lazy(() => import('../screens/review/review-screen.tsx')),
  },
  {
    id: 'connections',
    label: () => t('Connections'),
    icon: 'connections',
    useCount: useConnectionsToRepair,
    Screen: lazy(() => import('../screens/connections/connections-screen.tsx')),
  },
  {
    id: 'mapping',
    label: () => t('Mapping'),
    icon: 'mapping',
    useCount: () => useCall('mappings.list', NOTHING).data?.filter((row) => row.mapping === null && !row.closed).length,
    Screen: lazy(() => import('../screens/mapping/mapping-screen.tsx')),
  },
  {
    id: 'rules',
    label: () => t('Rules'),
    icon: 'rules',
    Screen: lazy(() => import('../screens/rules/rules-screen.tsx')),
  },
  {
    id: 'activity',
    label: () => t('Activity'),
    icon: 'activity',
    useCount: () => {
      const { data } = useCall('activity.exceptions', ONE_EXCEPTION);
      const questions = useOpenQuestions().data?.questions.length ?? 0;
      return data && data.totalRows + data.totalEntries + questions;
    },
    Screen: lazy(() => import('../screens/activity/activity-screen.tsx')),
  },
  {
    id: 'reconcile',
    label: () => t('Reconcile'),
    icon: 'reconcile',
    Screen: lazy(() => import('../screens/reconcile/reconcile-screen.tsx')),
  },
  {
    id: 'audit',
    label: () => t('Audit'),
    icon: 'audit',
    Screen: lazy(() => import('../screens/audit/audit-screen.tsx')),
  },
  {
    id: 'settings',
    label: () => t('Settings'),
    icon: 'settings',
    Screen: lazy(() => import('../screens/settings/settings-screen.tsx')),
  },
];

function useConnectionsToRepair(): number | undefined {
  const connections = useCall('connections.list', NOTHING).data;
  const feeds = connections?.flatMap((connection) => connection.feeds).filter(({ state }) => state === 'needs_person');
  const ledgers = connections?.filter(
    ({ role, state, signIn }) =>
      role === 'ledger' && (state === 'needs_person' || signIn?.state === 'signed_out' || signIn?.warning),
  );
  return feeds && ledgers && feeds.length + ledgers.length;
}
