import { quoted, refuse } from './refusal.ts';
import { readXml, type XmlElement } from './xml.ts';

/**
 * The elements of an OFX file: 2.x is XML, 1.x is SGML in which an element that holds a value is not closed.
 * Source: OFX 1.0.3 and 2.2, chapter 2.
 */
export async function ofxTree(text: string, breathe: () => Promise<void>): Promise<XmlElement> {
  if (/^\s*<\?xml/i.test(text)) return readXml(text, { breathe });
  return readSgml(text, breathe);
}

type Open = XmlElement & { value: boolean };

const TOKEN = /<!\[CDATA\[([\s\S]*?)\]\]>|<(\/?)([A-Za-z0-9_.]+)\s*\/?>|([^<]+)|(<)/g;
const TURN = 5_000;

async function readSgml(text: string, breathe: () => Promise<void>): Promise<XmlElement> {
  const start = text.search(/<OFX>/i);
  if (start < 0) refuse(1, 'The file holds no element OFX.');
  const root: Open = element('', 1);
  const stack: Open[] = [root];
  let line = text.slice(0, start).split('\n').length;
  let tokens = 0;
  for (const match of text.slice(start).matchAll(TOKEN)) {
    const [whole, cdata, closing, name, plain, stray] = match;
    if (stray !== undefined) refuse(line, 'A "<" stands alone. The file was cut off or changed; fetch it anew.');
    if (cdata !== undefined) addValue(stack, cdata);
    else if (plain !== undefined) addValue(stack, decoded(plain));
    else if (closing === '/') close(stack, (name ?? '').toUpperCase(), line);
    else open(stack, (name ?? '').toUpperCase(), line);
    line += whole.split('\n').length - 1;
    tokens += 1;
    if (tokens % TURN === 0) await breathe();
  }
  const [ofx] = root.children;
  if (ofx === undefined || stack.some((one) => one.name === 'OFX'))
    refuse(line, 'The element OFX is not closed: the file was cut off.');
  return ofx;
}

function element(name: string, line: number): Open {
  return { name, uri: '', line, attributes: {}, children: [], text: '', value: false };
}

function open(stack: Open[], name: string, line: number): void {
  endValue(stack);
  if (stack.length > 60) refuse(line, 'Elements stand more than 60 deep in one another.');
  const opened = element(name, line);
  stack.at(-1)?.children.push(opened);
  stack.push(opened);
}

/** An element that has a value ends where the next one begins. */
function endValue(stack: Open[]): void {
  if (stack.at(-1)?.value === true) stack.pop();
}

function addValue(stack: readonly Open[], text: string): void {
  const here = stack.at(-1);
  if (here === undefined || text.trim() === '') return;
  here.text += text;
  here.value = true;
}

/** Elements without a value and without an end tag stand beside what seemed to be inside of them. */
function close(stack: Open[], name: string, line: number): void {
  const at = stack.findLastIndex((one) => one.name === name);
  if (at <= 0) {
    // The end tag of a value that the next element has ended already.
    if (stack.some((one) => one.children.at(-1)?.name === name)) return;
    refuse(line, `${quoted(`</${name}>`)} closes an element that was not opened.`);
  }
  while (stack.length > at + 1) {
    const unclosed = stack.pop();
    if (unclosed === undefined || unclosed.value) continue;
    for (const child of unclosed.children.splice(0)) stack.at(-1)?.children.push(child);
  }
  stack.pop();
}

const NAMED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', nbsp: ' ', quot: '"', apos: "'" };

function decoded(text: string): string {
  return text.replace(/&(?:#(\d{1,6})|([a-z]{2,5}));/g, (whole, number, name) => {
    if (name !== undefined) return NAMED[name] ?? whole;
    const point = Number(number);
    return point > 0 && point <= 0x10ffff ? String.fromCodePoint(point) : whole;
  });
}
