import type { Page } from 'playwright-core';
import { z } from 'zod';

/** What the page measures of itself. Times are milliseconds of `performance.now`. */
declare global {
  interface Window {
    probes: {
      /** From the answer with the first rows to the paint of the first row. */
      firstRow?: number;
      /** Arms the next key: resolves with the time from the key event to the paint that shows `done`. */
      nextKey?: Promise<number>;
    };
  }
}

/** Runs in the page before anything else. */
export function installProbes(): void {
  window.probes = {};
  const paint = (then: () => void) =>
    requestAnimationFrame(() => {
      const channel = new MessageChannel();
      // A message posted in a frame is heard after that frame was painted.
      channel.port1.onmessage = then;
      channel.port2.postMessage(null);
    });
  const original = window.fetch;
  window.fetch = async (input, init) => {
    const response = await original(input, init);
    if (window.probes.firstRow !== undefined || !String(init?.body).includes('"queue.list"')) return response;
    const text = await response.text();
    const arrived = performance.now();
    const look = () => {
      const there = document.querySelector('.rg-row:not(.rg-placeholder)');
      if (!there) requestAnimationFrame(look);
      else
        paint(() => {
          window.probes.firstRow ??= performance.now() - arrived;
        });
    };
    look();
    return new Response(text, { status: response.status, headers: response.headers });
  };
}

/** Presses a key and says how long it took until the page had painted what `done` looks for. */
export async function keyToPaint(page: Page, key: string, done: string): Promise<number> {
  await page.evaluate((condition) => {
    const isDone = new Function(`return ${condition}`) as () => boolean;
    window.probes.nextKey = new Promise((resolve) => {
      window.addEventListener(
        'keydown',
        (event) => {
          const look = () =>
            requestAnimationFrame(() => {
              if (!isDone()) return look();
              const channel = new MessageChannel();
              channel.port1.onmessage = () => resolve(performance.now() - event.timeStamp);
              channel.port2.postMessage(null);
            });
          look();
        },
        { capture: true, once: true },
      );
    });
  }, done);
  await page.keyboard.press(key);
  return page.evaluate(() => window.probes.nextKey ?? Promise.resolve(Number.NaN));
}

/** Scrolls an element by `step` pixels a frame and gives the times between frames. */
export async function scrollFrames(page: Page, selector: string, step: number, frames: number): Promise<number[]> {
  return page.evaluate(
    async ({ selector, step, frames }) => {
      const element = document.querySelector(selector);
      if (!element) throw new Error(`no ${selector}`);
      const times: number[] = [];
      let last = await new Promise<number>(requestAnimationFrame);
      for (let frame = 0; frame < frames; frame++) {
        element.scrollTop += step;
        const now = await new Promise<number>(requestAnimationFrame);
        times.push(now - last);
        last = now;
      }
      return times;
    },
    { selector, step, frames },
  );
}

const traceEvent = z.object({
  name: z.string(),
  pid: z.number(),
  tid: z.number(),
  tdur: z.number().optional(),
  args: z.object({ name: z.string().optional() }).optional(),
});

/**
 * Processor time of each task of a page's main thread while `act` runs, milliseconds: what the page itself takes, where
 * the time between frames also tells of everything else that the machine does.
 */
export async function taskTimes(page: Page, act: () => Promise<void>): Promise<number[]> {
  const session = await page.context().newCDPSession(page);
  const events: unknown[] = [];
  session.on('Tracing.dataCollected', ({ value }) => events.push(...value));
  await session.send('Tracing.start', { traceConfig: { includedCategories: ['toplevel'] } });
  await act();
  const complete = new Promise((resolve) => session.once('Tracing.tracingComplete', resolve));
  await session.send('Tracing.end');
  await complete;
  await session.detach();
  const read = z.array(traceEvent).parse(events);
  const threadOf = ({ pid, tid }: z.infer<typeof traceEvent>) => `${pid} ${tid}`;
  const mains = new Set(read.filter(({ args }) => args?.name === 'CrRendererMain').map(threadOf));
  const tasks = read.filter((event) => event.name === 'ThreadControllerImpl::RunTask' && mains.has(threadOf(event)));
  if (tasks.length === 0) throw new Error('the trace holds no task of a page');
  return tasks.map(({ tdur }) => (tdur ?? 0) / 1_000);
}

/**
 * Milliseconds of processor time of the page's main thread for one `act`: script, style, layout and paint. Unlike times
 * to paint it does not depend on what else the machine does.
 */
export async function threadTime(page: Page, times: number, act: () => Promise<void>): Promise<number> {
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  const taken = async () => {
    const { metrics } = await session.send('Performance.getMetrics');
    return metrics.find(({ name }) => name === 'TaskDuration')?.value ?? Number.NaN;
  };
  const before = await taken();
  for (let time = 0; time < times; time++) await act();
  const after = await taken();
  await session.detach();
  return ((after - before) * 1_000) / times;
}

/** Megabytes of script memory after a collection. */
export async function heapMegabytes(page: Page): Promise<number> {
  const session = await page.context().newCDPSession(page);
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  await session.detach();
  return usedSize / 2 ** 20;
}
