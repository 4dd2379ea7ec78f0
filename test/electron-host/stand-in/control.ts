/** The spec's end of the process: runs a function of the spec in main, as Playwright's `electronApp.evaluate` does. */

type Asked = { readonly id: number; readonly code: string; readonly argument: unknown };

export function serveControl(electron: object): void {
  if (!process.send) return;
  process.on('message', async ({ id, code, argument }: Asked) => {
    try {
      const spec = new Function(`return (${code})`)();
      process.send?.({ id, value: await spec(electron, argument) });
    } catch (thrown) {
      process.send?.({ id, error: thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown) });
    }
  });
}
