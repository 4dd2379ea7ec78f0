import sax from 'sax';
import { refuse } from './refusal.ts';

/** An element as far as statements need one. Names are without their prefix. `line` counts from 1. */
export type XmlElement = {
  readonly name: string;
  readonly uri: string;
  readonly line: number;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: XmlElement[];
  text: string;
};

export type XmlOptions = {
  /** Called at an element's end with what stands around it; true = it was used up and is not kept in the tree. */
  readonly take?: (element: XmlElement, around: readonly XmlElement[]) => boolean;
  /** Lets others have their turn, and throws when the work was cancelled. */
  readonly breathe: () => Promise<void>;
};

const CHUNK = 16 * 1024;
const DEEPEST = 60;

/**
 * Reads XML in pieces. A document type is refused where it stands, so no entity is ever declared, fetched or expanded;
 * the five of XML and characters by number remain.
 * @throws Refusal at the first place that is no well-formed XML.
 */
export async function readXml(text: string, { take, breathe }: XmlOptions): Promise<XmlElement> {
  const parser = sax.parser(true, { xmlns: true, position: true });
  const stack: XmlElement[] = [];
  let root: XmlElement | undefined;
  const line = () => parser.line + 1;

  parser.onerror = (error) => {
    const [first = ''] = error.message.split('\n');
    refuse(line(), `This is not well-formed XML (${first}). The file was cut off or changed; fetch it anew.`);
  };
  parser.ondoctype = () => refuse(line(), DECLARES);
  parser.onsgmldeclaration = () => refuse(line(), DECLARES);
  parser.onopentag = (tag) => {
    if (stack.length >= DEEPEST) refuse(line(), `Elements stand more than ${DEEPEST} deep in one another.`);
    const named = 'local' in tag ? { name: tag.local, uri: tag.uri } : { name: tag.name, uri: '' };
    stack.push({ ...named, line: line(), attributes: attributesOf(tag), children: [], text: '' });
  };
  parser.ontext = (piece) => addText(stack, piece);
  parser.oncdata = (piece) => addText(stack, piece);
  parser.onclosetag = () => {
    const element = stack.pop();
    if (element === undefined) return;
    const parent = stack.at(-1);
    if (take?.(element, stack) === true) return;
    if (parent === undefined) root = element;
    else parent.children.push(element);
  };

  for (let at = 0; at < text.length; at += CHUNK) {
    parser.write(text.slice(at, at + CHUNK));
    await breathe();
  }
  parser.close();
  return root ?? refuse(1, 'The file holds no XML element.');
}

const DECLARES = 'The file declares a document type or entities, which no bank statement needs. It is not read.';

function addText(stack: readonly XmlElement[], piece: string): void {
  const element = stack.at(-1);
  if (element !== undefined) element.text += piece;
}

function attributesOf(tag: sax.Tag | sax.QualifiedTag): Record<string, string> {
  const entries = Object.entries(tag.attributes).map(([name, attribute]) =>
    typeof attribute === 'string' ? ([name, attribute] as const) : ([attribute.local, attribute.value] as const),
  );
  return Object.fromEntries(entries);
}

/** The element at the end of a path of names, the first of each. */
export function at(element: XmlElement | undefined, ...path: string[]): XmlElement | undefined {
  let here = element;
  for (const name of path) here = here?.children.find((child) => child.name === name);
  return here;
}

export function all(element: XmlElement | undefined, name: string): XmlElement[] {
  return element?.children.filter((child) => child.name === name) ?? [];
}

/** The text at the end of a path, blanks put together; null when it is absent or empty. */
export function textAt(element: XmlElement | undefined, ...path: string[]): string | null {
  const text = at(element, ...path)
    ?.text.replace(/\s+/g, ' ')
    .trim();
  return text === undefined || text === '' ? null : text;
}

/** The element as JSON, nothing left out: attributes as `@name`, text as `#text` beside them. */
export function asJson(element: XmlElement): unknown {
  const text = element.text.trim();
  const attributes = Object.entries(element.attributes);
  if (element.children.length === 0 && attributes.length === 0) return text;
  const json: Record<string, unknown> = {};
  for (const [name, value] of attributes) json[`@${name}`] = value;
  if (text !== '') json['#text'] = text;
  for (const [name, group] of Map.groupBy(element.children, (child) => child.name)) {
    const values = group.map(asJson);
    json[name] = values.length === 1 ? values[0] : values;
  }
  return json;
}
