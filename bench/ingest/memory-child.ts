/** Syncs once, in a process of its own, from the bank at an address; prints what it took as one JSON line. */
import { openDaybook } from './daybook.ts';

const [endpoint = '', lines = ''] = process.argv.slice(2);
const run = await openDaybook(Number(lines), { fetch: (request) => fetch(request), endpoint, makingMs: () => 0 });
const measured = await run.sync();
await run.close();
// maxRSS is in KiB on every platform.
process.stdout.write(`${JSON.stringify({ ...measured, peakMiB: process.resourceUsage().maxRSS / 1024 })}\n`);
