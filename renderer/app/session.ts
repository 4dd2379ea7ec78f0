import type { CallOutput } from '../api/contract.ts';
import { type Answer, useCall } from '../api/use-call.ts';

export type About = CallOutput<'workspace.about'>;

const NOTHING = {};

/** The workspace: name, environments, locale, the day it is there. Shared by all who ask. */
export function useAbout(): Answer<'workspace.about'> {
  return useCall('workspace.about', NOTHING);
}
