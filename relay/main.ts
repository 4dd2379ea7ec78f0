/** `npm run relay`: one node of the relay, set up by environment variables alone (docs/relay.md). */
import { systemClock } from '../main/core/clock.ts';
import { systemRandom } from '../main/core/random.ts';
import { ConfigError, type RelayConfig, readConfig } from './config.ts';
import { standardLog } from './log.ts';
import { createMetrics } from './metrics.ts';
import { startRelay } from './server.ts';
import { openPostgresStore } from './store-postgres.ts';
import { openSqliteThread } from './store-thread.ts';

const config = configOrEnd();
const clock = systemClock();
const log = standardLog(config.logLevel, clock);
const store =
  config.databaseUrl === null
    ? await openSqliteThread(config.sqliteFile, (error) => {
        log.error({ error: error.message }, 'The storage is gone; the relay ends, to be started again');
        process.exit(1);
      })
    : await openPostgresStore(config.databaseUrl, clock, (error) =>
        log.warn({ error: error.message }, 'A connection to PostgreSQL was lost'),
      );
const relay = await startRelay({ config, store, clock, random: systemRandom(), log, metrics: createMetrics() });

let stopping = false;
for (const signal of ['SIGTERM', 'SIGINT'] as const)
  process.on(signal, () => {
    // A second signal ends at once.
    if (stopping) process.exit(1);
    stopping = true;
    log.info({ signal }, 'Stopping');
    void relay.close();
  });

function configOrEnd(): RelayConfig {
  try {
    return readConfig(process.env);
  } catch (thrown) {
    if (!(thrown instanceof ConfigError)) throw thrown;
    process.stderr.write(`The relay cannot start:\n${thrown.message}\n`);
    process.exit(2);
  }
}
