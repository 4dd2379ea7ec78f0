import { readFile, writeFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { z } from 'zod';
import { asDaybookError, DaybookError } from '../core/errors.ts';

export type JsonDocument = z.output<ReturnType<typeof z.json>>;

/** A JSON file that the command line names; `-` is standard input. @throws DaybookError `usage`, `setup_invalid` */
export async function readJson(path: string): Promise<JsonDocument> {
  const content = await readText(path);
  try {
    return z.json().parse(JSON.parse(content));
  } catch (thrown) {
    const reason = thrown instanceof Error ? thrown.message : 'unreadable';
    throw new DaybookError('setup_invalid', `${nameOf(path)} is no JSON document: ${reason}.`, { cause: thrown });
  }
}

async function readText(path: string): Promise<string> {
  if (path === '-') return text(process.stdin);
  try {
    return (await readFile(path, 'utf8')).replace(/^\uFEFF/, '');
  } catch (thrown) {
    throw new DaybookError('usage', `The file ${path} cannot be read; name a file that is there.`, { cause: thrown });
  }
}

/** Writes a file that the command line names. */
export async function writeOut(path: string, content: string | Uint8Array): Promise<void> {
  try {
    await writeFile(path, content);
  } catch (thrown) {
    const error = asDaybookError(thrown);
    if (error.code !== 'internal') throw error;
    throw new DaybookError('usage', `The file ${path} cannot be written; name a file in a folder that is there.`, {
      cause: thrown,
    });
  }
}

function nameOf(path: string): string {
  return path === '-' ? 'What came in on standard input' : path;
}
