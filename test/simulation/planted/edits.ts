import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Edit, PlantedBug } from './bugs.ts';

const ROOT = new URL('../../../', import.meta.url);

/** The sources that a bug changes, by URL. @throws Error when a text to replace is gone or stands more than once */
export function plantedSources(bug: PlantedBug): ReadonlyMap<string, string> {
  const byUrl = Map.groupBy(bug.edits, ({ file }) => new URL(file, ROOT).href);
  return new Map([...byUrl].map(([url, edits]) => [url, edited(bug.name, url, edits)]));
}

function edited(name: string, url: string, edits: readonly Edit[]): string {
  return edits.reduce(
    (text, { find, replace }) => {
      const parts = text.split(find);
      if (parts.length !== 2)
        throw new Error(`${name}: the text to replace stands ${parts.length - 1} times in ${url}: ${find}`);
      return parts.join(replace);
    },
    readFileSync(fileURLToPath(url), 'utf8'),
  );
}
