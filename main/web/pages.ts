import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { DaybookError } from '../core/errors.ts';
import { type PageKind, securityHeaders } from './policy.ts';

/** An answer to a request for a page or one of its files. */
export type PageAnswer = {
  readonly status: 200 | 404;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array<ArrayBuffer>;
};

/** The built renderer (`dist/renderer`), for both hosts. */
export type Pages = {
  /** `path`: the path of a URL, still percent-encoded, e.g. `/assets/index-1a2b.js`. */
  answer(path: string, kind?: PageKind): Promise<PageAnswer>;
  /** The build holds the page for Plaid Link embedded. */
  readonly hasLinkPage: boolean;
};

const FIRST_PAGE: Readonly<Record<PageKind, string>> = { app: '/index.html', link: '/link.html' };

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.woff': 'font/woff',
  '.txt': 'text/plain; charset=utf-8',
};

/**
 * The files of a folder, listed once. A request is looked up in that list and never becomes a path, so that no way
 * leads out of the folder.
 * @throws DaybookError `not_found` when the folder holds no built renderer.
 */
export function openPages(folder: string): Pages {
  const files = new Map(filesIn(folder, ''));
  if (!files.has(FIRST_PAGE.app))
    throw new DaybookError('not_found', 'The screens of Daybook are not built yet. Run npm run build and start again.');
  return {
    hasLinkPage: files.has(FIRST_PAGE.link),
    answer: async (path, kind = 'app') => {
      const name = decoded(path);
      const chosen = name === '/' ? FIRST_PAGE[kind] : name;
      const file = name === undefined || isOtherPage(chosen, kind) ? undefined : files.get(chosen ?? '');
      if (file === undefined) return notFound(kind);
      const type = TYPES[extname(file)] ?? 'application/octet-stream';
      return { status: 200, headers: headersOf(kind, chosen ?? '', type), body: new Uint8Array(await readFile(file)) };
    },
  };
}

/** A document is served on its own origin only: on the other one it would have that one's policy. */
function isOtherPage(name: string | undefined, kind: PageKind): boolean {
  return name?.endsWith('.html') === true && name !== FIRST_PAGE[kind];
}

function* filesIn(folder: string, path: string): Generator<[string, string]> {
  for (const entry of listing(join(folder, path))) {
    const inside = `${path}/${entry.name}`;
    if (entry.isDirectory()) yield* filesIn(folder, inside);
    else if (entry.isFile()) yield [inside, join(folder, inside)];
  }
}

function listing(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch (thrown) {
    throw new DaybookError(
      'not_found',
      'The screens of Daybook are not built yet. Run npm run build and start again.',
      {
        cause: thrown,
      },
    );
  }
}

function decoded(path: string): string | undefined {
  try {
    return decodeURIComponent(path);
  } catch {
    return undefined;
  }
}

/** Files under /assets/ carry a hash of their content in their name. */
function headersOf(kind: PageKind, name: string, type: string): Record<string, string> {
  const cache = name.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-store';
  return { ...securityHeaders(kind), 'content-type': type, 'cache-control': cache };
}

function notFound(kind: PageKind): PageAnswer {
  const headers = headersOf(kind, '', 'text/plain; charset=utf-8');
  return { status: 404, headers, body: new TextEncoder().encode('Daybook has no such page.\n') };
}
