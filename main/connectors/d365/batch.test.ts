import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readBatch, writeChangeset } from './batch.ts';

const URL_OF_LINES = 'https://x/data/LedgerJournalLines?cross-company=true';
const TYPE = 'multipart/mixed; boundary=b1';

function part(status: number, body: string, headers: readonly string[] = []): string {
  return [
    'Content-Type: application/http',
    'Content-Transfer-Encoding: binary',
    ...headers,
    '',
    `HTTP/1.1 ${status} X`,
    'Content-Type: application/json',
    '',
    body,
  ].join('\r\n');
}
function multipart(boundary: string, parts: readonly string[]): string {
  return [...parts.map((text) => `--${boundary}\r\n${text}\r\n`), `--${boundary}--\r\n`].join('');
}

test('a changeset is written byte by byte as the service reads it', () => {
  const { contentType, body } = writeChangeset(
    [{ url: URL_OF_LINES, body: { Text: 'a', Debit: { decimal: '1.50' } } }],
    'u',
  );
  expect(contentType).toBe('multipart/mixed; boundary=batch_u');
  expect(body).toBe(
    [
      '--batch_u',
      'Content-Type: multipart/mixed; boundary=changeset_u',
      '',
      '--changeset_u',
      'Content-Type: application/http',
      'Content-Transfer-Encoding: binary',
      'Content-ID: 1',
      '',
      `POST ${URL_OF_LINES} HTTP/1.1`,
      'Content-Type: application/json; charset=utf-8',
      'Accept: application/json',
      '',
      '{"Text":"a","Debit":1.50}',
      '--changeset_u--',
      '--batch_u--',
      '',
    ].join('\r\n'),
  );
});

test('a stored changeset gives one part for each operation, in order', () => {
  const inner = multipart('c1', [part(201, '{"a":1}', ['Content-ID: 1']), part(201, '{"a":2}', ['Content-ID: 2'])]);
  const text = multipart('b1', [`Content-Type: multipart/mixed; boundary=c1\r\n\r\n${inner}`]);
  const parts = readBatch(TYPE, text);
  expect(parts?.map(({ status, contentId, body }) => [status, contentId, body.trim()])).toEqual([
    [201, '1', '{"a":1}'],
    [201, '2', '{"a":2}'],
  ]);
});

test('a failed changeset gives its single part, and a Retry-After inside it is seen', () => {
  const text = multipart('b1', [part(429, '{"error":{}}').replace('X\r\n', 'Too Many Requests\r\nRetry-After: 9\r\n')]);
  const [only] = readBatch('multipart/mixed; boundary="b1"', text) ?? [];
  expect(only?.status).toBe(429);
  expect(only?.headers.get('retry-after')).toBe('9');
});

test.each([
  ['no boundary', 'application/json', '{}'],
  ['another boundary', TYPE, multipart('b2', [part(201, '{}')])],
  ['no closing boundary', TYPE, multipart('b1', [part(201, '{}')]).replace('--b1--', '')],
  ['no status line', TYPE, multipart('b1', ['Content-Type: application/http\r\n\r\nnonsense'])],
  [
    'an inner changeset without its end',
    TYPE,
    multipart('b1', [`Content-Type: multipart/mixed; boundary=c1\r\n\r\n--c1\r\n${part(201, '{}')}`]),
  ],
  ['nothing', TYPE, ''],
])('an answer that proves nothing is null: %s', (_name, type, text) => {
  expect(readBatch(type, text)).toBeNull();
});

test('any bodies come back as they were, in order', () => {
  const body = fc.record({
    Text: fc.string({ unit: 'binary', maxLength: 80 }),
    Line: fc.constantFrom('--b1--', '\r\n--b1\r\n', '\n--c1--', ''),
  });
  fc.assert(
    fc.property(fc.array(body, { minLength: 1, maxLength: 8 }), (bodies) => {
      const inner = multipart(
        'c1',
        bodies.map((item, index) => part(201, JSON.stringify(item), [`Content-ID: ${index + 1}`])),
      );
      const text = multipart('b1', [`Content-Type: multipart/mixed; boundary=c1\r\n\r\n${inner}`]);
      const parts = readBatch(TYPE, text) ?? [];
      expect(parts.map((read) => JSON.parse(read.body))).toEqual(bodies);
      expect(parts.map((read) => read.contentId)).toEqual(bodies.map((_, index) => String(index + 1)));
    }),
  );
});

test('an answer that breaks off anywhere is never taken for a whole one', () => {
  const inner = multipart('c1', [part(201, '{"a":1}'), part(201, '{"a":2}')]);
  const text = multipart('b1', [`Content-Type: multipart/mixed; boundary=c1\r\n\r\n${inner}`]);
  const end = text.lastIndexOf('--b1--') + '--b1--'.length;
  for (let length = 0; length < end; length++) expect(readBatch(TYPE, text.slice(0, length))).toBeNull();
});

test('what is written can be read by its own boundaries, whatever the texts hold', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'binary' }), { minLength: 1, maxLength: 6 }), (texts) => {
      const { body } = writeChangeset(
        texts.map((Text) => ({ url: URL_OF_LINES, body: { Text } })),
        'u',
      );
      const jsons = body.split('\r\n').filter((line) => line.startsWith('{'));
      expect(jsons.map((line) => JSON.parse(line))).toEqual(texts.map((Text) => ({ Text })));
    }),
  );
});
