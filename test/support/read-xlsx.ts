/** Reads back what an export wrote, cell by cell, from the file's own XML. */
import { inflateRawSync } from 'node:zlib';
import { XMLParser } from 'fast-xml-parser';

/** `type` and `format` are the file's own: `s` text, `n` number; a formula would stand in `formula`. */
export type ReadCell = {
  readonly value: string;
  readonly type: string;
  readonly format: string;
  readonly formula: boolean;
};

/** Rows of the first sheet by column letter; empty cells are absent. */
export function readXlsx(file: Buffer): Array<Record<string, ReadCell>> {
  const part = (name: string) => xml.parse(partOf(file, name));
  const strings = listOf(part('xl/sharedStrings.xml').sst?.si).map((item) => textOf(item.t));
  const styles = part('xl/styles.xml').styleSheet;
  const formats = new Map(
    listOf(styles.numFmts?.numFmt).map((format) => [String(format['@numFmtId']), String(format['@formatCode'])]),
  );
  const formatOf = (style: unknown) =>
    formats.get(String(listOf(styles.cellXfs.xf)[Number(style ?? 0)]?.['@numFmtId'])) ?? '';
  return listOf(part('xl/worksheets/sheet1.xml').worksheet.sheetData.row).map((row) =>
    Object.fromEntries(
      listOf(row.c).map((cell) => {
        const type = String(cell['@t'] ?? 'n');
        const value = type === 's' ? strings[Number(textOf(cell.v))] : textOf(cell.v);
        const read: ReadCell = { value: value ?? '', type, format: formatOf(cell['@s']), formula: 'f' in cell };
        return [String(cell['@r']).replace(/\d+$/, ''), read];
      }),
    ),
  );
}

const xml = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  trimValues: false,
  parseTagValue: false,
  parseAttributeValue: false,
  htmlEntities: true,
  processEntities: { enabled: true, maxTotalExpansions: 1_000_000, maxExpandedLength: 100_000_000 },
});

type Node = Record<string, unknown>;

function listOf(value: unknown): Node[] {
  return value === undefined || value === '' ? [] : ((Array.isArray(value) ? value : [value]) as Node[]);
}

function textOf(node: unknown): string {
  if (typeof node === 'object' && node !== null) return '#text' in node ? String(node['#text']) : '';
  return String(node ?? '');
}

/** A file inside the ZIP, found by its central directory (APPNOTE.TXT 4.3.12). */
function partOf(zip: Buffer, wanted: string): string {
  const end = zip.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1'));
  let at = zip.readUInt32LE(end + 16);
  for (let left = zip.readUInt16LE(end + 10); left > 0; left--) {
    const [method, packed] = [zip.readUInt16LE(at + 10), zip.readUInt32LE(at + 20)];
    const [nameLength, extra, comment] = [28, 30, 32].map((offset) => zip.readUInt16LE(at + offset));
    const local = zip.readUInt32LE(at + 42);
    const name = zip.toString('utf8', at + 46, at + 46 + (nameLength ?? 0));
    if (name === wanted) {
      const start = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
      const data = zip.subarray(start, start + packed);
      return (method === 0 ? data : inflateRawSync(data)).toString('utf8');
    }
    at += 46 + (nameLength ?? 0) + (extra ?? 0) + (comment ?? 0);
  }
  throw new Error(`the file has no part ${wanted}`);
}
