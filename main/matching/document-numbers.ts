/**
 * Invoice and document numbers inside texts, in a form in which both sides write them alike: upper case, without
 * separators, without the letters in front (INV, RE, F …) and without leading zeros.
 */

/** Shorter numbers are on too many lines to say anything. */
const SHORTEST = 4;
const LONGEST_TEXT = 500;
const MOST_KEYS = 40;
const MOST_JOINED = 3;
const CHUNK = /[A-Z0-9]+(?:[-/._][A-Z0-9]+)*/g;

/** The numbers of a text, each once. Neighbouring numbers also count as one: "INV 2024 00123" is "INV-2024/00123". */
export function documentKeys(text: string): string[] {
  const keys = new Set<string>();
  const joined: string[] = [];
  let parted = 0;
  for (const match of text.slice(0, LONGEST_TEXT).toUpperCase().matchAll(CHUNK)) {
    const [chunk] = match;
    if (!hasDigit(chunk)) {
      joined.length = 0;
      continue;
    }
    const compact = chunk.replace(/[-/._]/g, '');
    addKey(keys, compact);
    if (compact.length !== chunk.length)
      for (const part of chunk.split(/[-/._]/)) {
        if (hasDigit(part)) addKey(keys, part);
      }
    if (match.index !== parted + 1) joined.length = 0;
    joined.push(compact);
    if (joined.length > MOST_JOINED) joined.shift();
    for (let from = joined.length - 2; from >= 0; from--) addKey(keys, joined.slice(from).join(''));
    parted = match.index + chunk.length;
    if (keys.size >= MOST_KEYS) break;
  }
  return [...keys];
}

/** The key of a number that is given as such, all of it; empty when it is too short to say anything. */
export function wholeKey(number: string): string {
  const body = bodyOf(number.toUpperCase().replace(/[^A-Z0-9]/g, ''));
  return body.length < SHORTEST || isYear(body) || isDate(body) ? '' : body;
}

/** The bodies of the numbers as they stand, for comparing two that are not equal. */
export function numberBodies(text: string): string[] {
  const bodies: string[] = [];
  for (const [chunk] of text.slice(0, LONGEST_TEXT).toUpperCase().matchAll(CHUNK)) {
    if (!hasDigit(chunk)) continue;
    const body = bodyOf(chunk.replace(/[-/._]/g, ''));
    if (body.length >= SHORTEST) bodies.push(body);
  }
  return bodies;
}

/** One reference that is there to be compared, such as an end-to-end id; empty when it says nothing. */
export function referenceKey(reference: string): string {
  const compact = reference.toUpperCase().replace(/[^A-Z0-9]/g, '');
  return compact.length < 6 || /^(NOTPROVIDED|NONREF|NONE|UNKNOWN|0+)$/.test(compact) ? '' : compact;
}

function addKey(keys: Set<string>, compact: string): void {
  const body = bodyOf(compact);
  if (body.length < SHORTEST || isYear(body) || isDate(body)) return;
  keys.add(body);
}

/** Without the letters in front and leading zeros. */
function bodyOf(compact: string): string {
  let start = 0;
  while (start < compact.length) {
    const code = compact.charCodeAt(start);
    if (code >= 49 && code <= 57) break;
    start += 1;
  }
  return compact.slice(start);
}

function isYear(body: string): boolean {
  return body.length === 4 && (body.startsWith('19') || body.startsWith('20'));
}

/** 20260310 or 10032026, which stand in many texts and are no document. */
function isDate(body: string): boolean {
  return (
    body.length === 8 &&
    (/^(19|20)\d\d(0\d|1[0-2])[0-3]\d$/.test(body) || /^[0-3]?\d(0\d|1[0-2])(19|20)\d\d$/.test(body))
  );
}

function hasDigit(text: string): boolean {
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code >= 48 && code <= 57) return true;
  }
  return false;
}

/**
 * How the numbers of two lines stand to each other when none is equal: `near` for one digit wrong, two swapped, or an end
 * that was cut off; `conflict` for two different numbers of what looks like one series; else `none`.
 */
export function compareNumbers(a: readonly string[], b: readonly string[]): 'near' | 'conflict' | 'none' {
  let conflict = false;
  for (const one of a)
    for (const other of b) {
      if (isNear(one, other)) return 'near';
      if (sameSeries(one, other)) conflict = true;
    }
  return conflict ? 'conflict' : 'none';
}

function isNear(a: string, b: string): boolean {
  if (a.length > b.length) return isNear(b, a);
  if (a.length < 5) return false;
  if (b.startsWith(a) || b.endsWith(a)) return true;
  if (b.length - a.length > 1) return false;
  let head = 0;
  while (head < a.length && a[head] === b[head]) head += 1;
  let tail = 0;
  while (tail < a.length - head && a[a.length - 1 - tail] === b[b.length - 1 - tail]) tail += 1;
  const [restA, restB] = [a.slice(head, a.length - tail), b.slice(head, b.length - tail)];
  if (restA.length <= 1 && restB.length <= 1) return true;
  return restA.length === 2 && restB === `${restA[1]}${restA[0]}`;
}

function sameSeries(a: string, b: string): boolean {
  if (Math.abs(a.length - b.length) > 1) return false;
  return a.slice(0, 2) === b.slice(0, 2) && shapeOf(a) === shapeOf(b);
}

function shapeOf(body: string): boolean {
  return /^\d+$/.test(body);
}
