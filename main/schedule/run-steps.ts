/** Every capability's share of a run, in the order in which they work. A new one is one line here. */
import type { RunStep } from './run-step.ts';
import { connectionsStep } from './steps/connections.ts';
import { digestStep } from './steps/digest.ts';
import { exceptionsStep } from './steps/exceptions.ts';
import { fetchStep } from './steps/fetch.ts';
import { ledgersStep } from './steps/ledgers.ts';
import { matchStep } from './steps/match.ts';
import { proposeStep } from './steps/propose.ts';
import { signOffsStep } from './steps/sign-offs.ts';
import { tieOutStep } from './steps/tie-out.ts';
import { webhooksStep } from './steps/webhooks.ts';

export const RUN_STEPS: readonly RunStep[] = [
  fetchStep,
  ledgersStep,
  connectionsStep,
  webhooksStep,
  proposeStep,
  matchStep,
  exceptionsStep,
  tieOutStep,
  signOffsStep,
  // Tells of all the others.
  digestStep,
];
