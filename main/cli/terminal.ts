/** The process's own terminal as the command line's `Io`. */
import { userInfo } from 'node:os';
import type { Io } from './io.ts';

export function systemIo(): Io {
  return {
    env: process.env,
    out: writerTo(process.stdout),
    err: writerTo(process.stderr),
    askHidden,
    userName: userName(),
  };
}

/** Whoever reads may stop early (`| head`): what comes then is dropped, and the work goes on. */
function writerTo(stream: NodeJS.WriteStream): (text: string) => void {
  let open = true;
  stream.on('error', () => {
    open = false;
  });
  return (text) => {
    if (open) stream.write(text);
  };
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    // A container's user may have no name.
    return process.env.USER ?? process.env.USERNAME ?? 'unknown';
  }
}

/** Reads a line from the terminal without showing it. Ctrl-C and Ctrl-D give up. */
function askHidden(question: string): Promise<string | null> {
  const { stdin, stderr } = process;
  if (!stdin.isTTY) return Promise.resolve(null);
  stderr.write(question);
  stdin.setRawMode(true);
  stdin.setEncoding('utf8');
  stdin.resume();
  return new Promise((resolve) => {
    let typed = '';
    const finish = (answer: string | null) => {
      stdin.off('data', listen);
      stdin.setRawMode(false);
      stdin.pause();
      stderr.write('\n');
      resolve(answer);
    };
    const listen = (chunk: string) => {
      for (const key of chunk) {
        if (key === '\r' || key === '\n') return finish(typed);
        if (key === '\u0003' || key === '\u0004') return finish(null);
        typed = key === '\u007f' || key === '\b' ? typed.slice(0, -1) : typed + key;
      }
    };
    stdin.on('data', listen);
  });
}
