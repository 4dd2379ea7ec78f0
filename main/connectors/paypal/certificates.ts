import { type KeyObject, X509Certificate } from 'node:crypto';
import { rootCertificates } from 'node:tls';
import type { Clock } from '../../core/clock.ts';
import { DaybookError } from '../../core/errors.ts';
import type { Http } from '../../core/http.ts';
import type { Environment, Stop } from '../capabilities.ts';

/** Facts §2: without the check of the host anybody could sign with a certificate of his own. */
const HOSTS: Readonly<Record<Environment, readonly string[]>> = {
  production: ['api.paypal.com', 'api-m.paypal.com'],
  sandbox: ['api.sandbox.paypal.com', 'api-m.sandbox.paypal.com'],
};
const SUBJECTS: Readonly<Record<Environment, string>> = {
  production: 'messageverificationcerts.paypal.com',
  sandbox: 'messageverificationcerts.sandbox.paypal.com',
};
const PATH = /^\/v1\/notifications\/certs\/[\w-]{1,100}$/;
const TIMEOUT_MS = 10_000;
/** PayPal has a handful; the address is the sender's to choose, so misses are few and hits are kept. */
const MOST_KEPT = 20;
const ASKED = { most: 10, perMs: 10 * 60_000 };
const MOST_IN_CHAIN = 6;

/** The certificate that signed, and why it does not count where it does not. */
export type FoundCertificate = { readonly key: KeyObject } | { readonly why: string };

export type PaypalCertificates = {
  /** @throws DaybookError `rate_limited` (many unknown addresses of late) and errors of the transport. */
  find(url: string, receivedAt: number, stop: Stop): Promise<FoundCertificate>;
};

/** Fetches signing certificates from PayPal alone, checks their chain to a public root, and keeps them by address. */
export function paypalCertificates(
  http: Http,
  clock: Clock,
  environment: Environment,
  roots: readonly string[] = rootCertificates,
): PaypalCertificates {
  const kept = new Map<string, readonly X509Certificate[]>();
  let asked: number[] = [];

  const fetchChain = async (url: string, stop: Stop): Promise<readonly X509Certificate[]> => {
    const now = clock.now();
    asked = asked.filter((at) => at > now - ASKED.perMs);
    if (asked.length >= ASKED.most)
      throw new DaybookError('rate_limited', 'Too many signing certificates were asked of PayPal. Daybook waits.', {
        retryAfterMs: ASKED.perMs,
      });
    asked.push(now);
    const answer = await http.send({ method: 'GET', url, headers: {}, timeoutMs: TIMEOUT_MS, retry: 'reads', stop });
    if (answer.status >= 500)
      throw new DaybookError('provider_busy', 'PayPal did not give its signing certificate. Daybook tries again.');
    // A redirect is an answer like any other here, and no certificate.
    const chain = answer.status === 200 ? readChain(answer.text) : [];
    if (chain.length > 0) {
      const [oldest] = kept.keys();
      if (kept.size >= MOST_KEPT && oldest !== undefined) kept.delete(oldest);
      kept.set(url, chain);
    }
    return chain;
  };

  return {
    find: async (address, receivedAt, stop) => {
      const url = allowedUrl(address, environment);
      if (url === null) return { why: 'The event names a certificate that is none of PayPal’s.' };
      const chain = kept.get(url) ?? (await fetchChain(url, stop));
      const [leaf] = chain;
      if (leaf === undefined) return { why: 'PayPal has no certificate at the address that the event names.' };
      if (!isTrusted(chain, receivedAt, roots)) return { why: 'The certificate of the event leads to no public root.' };
      if (!leaf.subject.split('\n').includes(`CN=${SUBJECTS[environment]}`))
        return { why: 'The certificate of the event is not for signing messages.' };
      return { key: leaf.publicKey };
    },
  };
}

/** The address as it is fetched, or null: https, PayPal's own host, the path of certificates, nothing else in it. */
export function allowedUrl(address: string, environment: Environment): string | null {
  const url = URL.parse(address);
  if (url === null || url.protocol !== 'https:' || !HOSTS[environment].includes(url.host)) return null;
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '' || !PATH.test(url.pathname))
    return null;
  // What the parser has made straight, such as dots or a backslash, was written to deceive.
  return url.href === address ? url.href : null;
}

function readChain(pem: string): X509Certificate[] {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g) ?? [];
  try {
    return blocks.slice(0, MOST_IN_CHAIN).map((block) => new X509Certificate(block));
  } catch {
    // What is no certificate signs nothing.
    return [];
  }
}

/** Each is signed by the next, all are valid at the time, and the last by a public root (or is one). */
function isTrusted(chain: readonly X509Certificate[], at: number, roots: readonly string[]): boolean {
  if (!chain.every((one, index) => isValidAt(one, at) && (index === 0 || one.ca))) return false;
  const joined = chain.every((one, index) => {
    const issuer = chain[index + 1];
    return issuer === undefined || isIssuedBy(one, issuer);
  });
  const last = chain.at(-1);
  if (!joined || last === undefined) return false;
  return roots.some((pem) => {
    const root = new X509Certificate(pem);
    if (root.subject !== last.issuer || !isValidAt(root, at)) return false;
    return isIssuedBy(last, root);
  });
}

function isIssuedBy(one: X509Certificate, issuer: X509Certificate): boolean {
  return one.checkIssued(issuer) && one.verify(issuer.publicKey);
}

function isValidAt(certificate: X509Certificate, at: number): boolean {
  return certificate.validFromDate.getTime() <= at && at <= certificate.validToDate.getTime();
}
