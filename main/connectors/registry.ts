import { DaybookError } from '../core/errors.ts';
import type { ConnectorModule } from './context.ts';
import { connector as d365 } from './d365/index.ts';
import { connector as exact } from './exact/index.ts';
import { connector as file } from './file/index.ts';
import { connector as plaid } from './plaid/index.ts';

/** Every connector that Daybook has: one line each. */
export const connectorModules: readonly ConnectorModule[] = [plaid, d365, exact, file];

/** @throws DaybookError `setup_invalid` for a kind that no connector has. */
export function moduleFor(kind: string): ConnectorModule {
  const found = connectorModules.find((module) => module.manifest.kind === kind);
  if (found !== undefined) return found;
  const kinds = connectorModules.map((module) => module.manifest.kind).join(', ');
  throw new DaybookError('setup_invalid', `Daybook has no connector of kind "${kind}". Use one of: ${kinds}.`, {
    path: 'kind',
  });
}
