import type { CallOutput } from '../api/contract.ts';

export type FileDocument = CallOutput<'export.queue'>;

/** Hands a file of an export call to the host, which asks where to save it. */
export function saveFile({ name, mediaType, encoding, content }: FileDocument): void {
  const bytes = encoding === 'base64' ? Uint8Array.from(atob(content), (char) => char.charCodeAt(0)) : content;
  const url = URL.createObjectURL(new Blob([bytes], { type: mediaType }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // The browser has taken the file when the next task begins.
  requestAnimationFrame(() => URL.revokeObjectURL(url));
}
