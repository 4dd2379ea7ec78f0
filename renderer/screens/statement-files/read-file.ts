/** A chosen file as the call takes it: compressed and in base64, because statements are long and say much again. */
export type GivenFile = { readonly name: string; readonly content: string; readonly gzip: true };

export async function readFile(file: File): Promise<GivenFile> {
  const packed = new Response(file.stream().pipeThrough(new CompressionStream('gzip')));
  const bytes = new Uint8Array(await packed.arrayBuffer());
  let binary = '';
  // A call with as many arguments as a file has bytes would end the page.
  for (let at = 0; at < bytes.length; at += 8_192) binary += String.fromCharCode(...bytes.subarray(at, at + 8_192));
  return { name: file.name, content: btoa(binary), gzip: true };
}
