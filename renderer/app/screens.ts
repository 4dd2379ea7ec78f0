import { type ComponentType, type LazyExoticComponent, lazy } from 'react';
import { useCall } from '../api/use-call.ts';
import type { IconName } from '../components/icon.tsx';
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

export const SCREENS: readonly ScreenEntry[] = [
  {
    id: 'review',
    label: () => t('Review'),
    icon: 'review',
    useCount: () => useCall('queue.counts', WHOLE_QUEUE).data?.tabs.review,
    Screen: lazy(() => import('../screens/review/review-screen.tsx')),
  },
];
