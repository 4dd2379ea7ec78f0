import autocannon from 'autocannon';

/** A notice of Plaid's usual size, with a signature of the usual length. */
const BODY = JSON.stringify(
  {
    environment: 'production',
    historical_update_complete: true,
    initial_update_complete: true,
    item_id: 'wz666MBjYWTp2PDzzggYhM6oWWmBb',
    webhook_code: 'SYNC_UPDATES_AVAILABLE',
    webhook_type: 'TRANSACTIONS',
  },
  null,
  2,
);
const HEADERS = { 'content-type': 'application/json', 'plaid-verification': `e.${'x'.repeat(400)}.${'s'.repeat(86)}` };

export type Load = {
  readonly accepted: number;
  readonly perSecond: number;
  readonly p99Ms: number;
  readonly refused: number;
};

/** Sends notices to `paths` in turn: as fast as answers come, or `rate` a second in all. */
export async function load(url: string, paths: readonly string[], seconds: number, rate?: number): Promise<Load> {
  const result = await autocannon({
    url,
    connections: rate === undefined ? 100 : 50,
    duration: seconds,
    ...(rate === undefined ? {} : { overallRate: rate }),
    requests: paths.map((path) => ({ method: 'POST', path, headers: HEADERS, body: BODY })),
  });
  return {
    accepted: result['2xx'],
    perSecond: result['2xx'] / result.duration,
    p99Ms: result.latency.p99,
    refused: result.non2xx + result.errors + result.timeouts,
  };
}
