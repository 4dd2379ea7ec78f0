import type { z } from 'zod';
import { can } from '../connectors/capabilities.ts';
import { asDaybookError } from '../core/errors.ts';
import type { Daybook } from '../daybook.ts';
import type { callBudget } from './calls/sign-in.ts';

/** The calls that a connection's provider still allows; empty where it tells none. Asks nobody. */
export async function callBudgetsOf(
  daybook: Daybook,
  connectionId: string,
): Promise<Array<z.input<typeof callBudget>>> {
  try {
    const connector = await daybook.feeds.connector(connectionId);
    return can(connector, 'callBudgets') ? connector.callBudgets().map((budget) => ({ ...budget })) : [];
  } catch (thrown) {
    // A connection that cannot be opened, for a secret that is missing, is still listed.
    if (asDaybookError(thrown).code === 'internal') throw thrown;
    return [];
  }
}
