import { type NativeImage, nativeImage } from 'electron';

const dataUrl = (base64: string) => `data:image/png;base64,${base64}`;

/** A ledger page of 16 points, each also for displays of double density. Drawn once, so it needs no file. */
const BLACK = {
  1: dataUrl(
    'iVBORw0KGgoAAAANSUhEUgAAABAAAAAQCAYAAAAf8/9hAAAAKElEQVR42mNgoCL4TyKmnQHEupS2BuBz9qgXSDSAYhcMjBcGLi+QBQDLCGuVTOf5kgAAAABJRU5ErkJggg==',
  ),
  2: dataUrl(
    'iVBORw0KGgoAAAANSUhEUgAAACAAAAAgCAYAAABzenr0AAAAQklEQVR42u3WwQkAIAwEwfTftPYQ1ESdA/8D2YcR1nRj0wNIAVaeE+BuQDa4dwAaECGACFsCyhsQ4R8Av+ISgB3bBFvyRMqH9s/KAAAAAElFTkSuQmCC',
  ),
};
const TEAL = {
  1: dataUrl(
    'iVBORw0KGgoAAAANSUhEUgAAABAAAAAQCAYAAAAf8/9hAAAAK0lEQVR42mNgoBbgL8v7TwqmnQHEupS2BuBz9qgXSDSAYhcMjBcGLi+QCwAbpNIZcmxJlAAAAABJRU5ErkJggg==',
  ),
  2: dataUrl(
    'iVBORw0KGgoAAAANSUhEUgAAACAAAAAgCAYAAABzenr0AAAARklEQVR42mNgGAWDEfCX5f2nBR51AFkOoGZ0jjpgaDuA3AQ3fBwwmgZGE+GoA0YT4aB0wICngdFEODIcMNoqHhAHjAJ6AgAOu3pLvFVjwgAAAABJRU5ErkJggg==',
  ),
};

/** macOS colours a black image itself, for a light and a dark menu bar. */
export function trayIcon(platform: NodeJS.Platform): NativeImage {
  const drawn = platform === 'darwin' ? BLACK : TEAL;
  const image = nativeImage.createEmpty();
  image.addRepresentation({ scaleFactor: 1, dataURL: drawn[1] });
  image.addRepresentation({ scaleFactor: 2, dataURL: drawn[2] });
  if (platform === 'darwin') image.setTemplateImage(true);
  return image;
}
