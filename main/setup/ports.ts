import type { CodingContext } from '../coding/context.ts';
import type { ConnectorModule } from '../connectors/context.ts';
import type { Feeds } from '../feeds/index.ts';

/** What applying and exporting a setup document needs. */
export type SetupContext = CodingContext & {
  readonly feeds: Pick<Feeds, 'saveConnection' | 'registerFeed' | 'listAccounts' | 'listConnections' | 'listFeeds'>;
  readonly moduleFor: (kind: string) => ConnectorModule;
  /** Environment variables that the document names. */
  readonly env: Readonly<Record<string, string | undefined>>;
};
