import { z } from 'zod';
import type { ConnectorModule } from '../context.ts';

/**
 * Bank statement files. A person (or a watched folder) brings them, so there is nothing to fetch and nobody to ask: the
 * connector has no way to pull, and the feeds take the files in by themselves (main/feeds/statement-files).
 */
export const connector = {
  manifest: { kind: 'file', title: 'Bank statement files', role: 'feed' },
  config: z.strictObject({}),
  secrets: [],
  open: () => ({ kind: 'file' }),
} satisfies ConnectorModule;
