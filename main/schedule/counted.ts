/** `14,179 lines`: the stories are English sentences. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${inWords(count)} ${count === 1 ? one : many}`;
}

/** `14,179` */
export function inWords(count: number): string {
  return count.toLocaleString('en-US');
}
