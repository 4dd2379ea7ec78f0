import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import react from '@vitejs/plugin-react';
import { build } from 'vite';
import { messageCatalogue } from '../../build/message-catalogue.ts';
import { makeRows } from '../../test/screens/support/rows.ts';

const TYPES: Readonly<Record<string, string>> = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css' };

/** Builds the plain table and serves it with its rows on the loopback address. */
export async function servePlainTable(count: number): Promise<{ readonly url: string; readonly close: () => void }> {
  const folder = mkdtempSync(join(tmpdir(), 'daybook-plain-'));
  const root = join(import.meta.dirname, 'plain');
  await build({
    ...{ root, base: './', logLevel: 'error', mode: 'production', configFile: false },
    plugins: [react(), messageCatalogue(join(import.meta.dirname, '..', '..', 'renderer'))],
    build: { outDir: folder, emptyOutDir: true, target: 'chrome140' },
  });
  writeFileSync(join(folder, 'rows.json'), JSON.stringify(makeRows(count)));
  const server = createServer(({ url = '/' }, response) => {
    const path = url === '/' ? '/index.html' : url;
    try {
      const body = readFileSync(join(folder, path));
      response.writeHead(200, { 'content-type': TYPES[extname(path)] ?? 'application/octet-stream' }).end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    url: `http://127.0.0.1:${address.port}/`,
    close: () => {
      server.closeAllConnections();
      server.close();
      rmSync(folder, { recursive: true });
    },
  };
}
