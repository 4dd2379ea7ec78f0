import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A proxy on the way to the relay that forgets connections, as firewalls and hotel networks do. */
export type CuttingProxy = {
  readonly url: string;
  /** Connections on which nothing was said for this long are closed; null: none. */
  idleMs: number | null;
  /** Passes nothing on any more, and closes nothing either: a connection that only seems to be there. */
  silent: boolean;
  /** Connections cut so far. */
  cuts(): number;
  close(): Promise<void>;
};

export async function cuttingProxy(port: number): Promise<CuttingProxy> {
  const sockets = new Set<Socket>();
  let cuts = 0;
  const server = createServer((near) => {
    const far = connect(port, '127.0.0.1');
    sockets.add(near).add(far);
    const end = () => {
      for (const socket of [near, far]) {
        socket.destroy();
        sockets.delete(socket);
      }
    };
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      from.on('data', (chunk) => {
        if (!proxy.silent) to.write(chunk);
      });
      from.on('close', end);
      from.on('error', end);
      from.on('timeout', () => {
        cuts += 1;
        end();
      });
      if (proxy.idleMs !== null) from.setTimeout(proxy.idleMs);
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address: AddressInfo | string | null = server.address();
  const own = typeof address === 'object' && address !== null ? address.port : 0;
  const proxy: CuttingProxy = {
    url: `http://127.0.0.1:${own}`,
    idleMs: null,
    silent: false,
    cuts: () => cuts,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      const closed = once(server, 'close');
      server.close();
      await closed;
    },
  };
  return proxy;
}
