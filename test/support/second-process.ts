import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** A real second process that has opened the workspace file at `path` (see workspace-process.ts). */
export type SecondProcess = {
  /** What opening answered: `open`, or the code of the error. */
  readonly opened: string;
  /**
   * `write NAME` stores a setting; `hold NAME` does so in a write that stays open until `let-go`; `lease NAME` takes a
   * lease (`leased` or `refused`); `close` closes and ends.
   */
  ask(command: string): Promise<string>;
  /** Ends it without warning, as a power cut or the task manager does. */
  kill(): Promise<void>;
};

/** `script`: what it runs, a file of this folder; `more`: its further arguments. */
export async function secondProcess(
  path: string,
  script = 'workspace-process.ts',
  ...more: readonly string[]
): Promise<SecondProcess> {
  const file = fileURLToPath(new URL(script, import.meta.url));
  const child = spawn(process.execPath, [file, path, ...more], { stdio: ['pipe', 'pipe', 'inherit'] });
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const answer = async () => String((await answers.next()).value);
  return {
    opened: await answer(),
    ask: (command) => {
      child.stdin.write(`${command}\n`);
      return answer();
    },
    kill: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    },
  };
}
