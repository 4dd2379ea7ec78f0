import { protocol, type Session } from 'electron';
import type { Pages } from '../web/pages.ts';
import { APP_ORIGIN, ownOrigin, SCHEME } from './origin.ts';

/** Must run before the app is ready. */
export function declareScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } },
  ]);
}

/** Answers `app://daybook/…` and `app://link/…` from the built renderer, in the session of our windows only. */
export function servePages(session: Session, pages: Pages): void {
  session.protocol.handle(SCHEME, async (request) => {
    const origin = ownOrigin(request.url);
    if (origin === null) return new Response('Daybook has no such page.\n', { status: 404 });
    if (request.method !== 'GET' && request.method !== 'HEAD') return new Response(null, { status: 405 });
    const { pathname } = new URL(request.url);
    const { status, headers, body } = await pages.answer(pathname, origin === APP_ORIGIN ? 'app' : 'link');
    return new Response(request.method === 'HEAD' ? null : body, { status, headers });
  });
}
