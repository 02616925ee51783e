import net, { type AddressInfo, type Server, type Socket } from 'node:net';

/** A line to a server that can be cut, blocked or left silent. */
export class TcpProxy {
  readonly #target: { readonly host: string; readonly port: number };
  readonly #server: Server;
  readonly #pairs = new Set<readonly [Socket, Socket]>();
  #mode: 'open' | 'refusing' | 'silent' = 'open';
  /** Told of every piece that passes. */
  onTraffic: ((from: 'client' | 'server') => void) | undefined;

  constructor(host: string, port: number) {
    this.#target = { host, port };
    this.#server = net.createServer((client) => this.#accept(client));
  }

  async listen(): Promise<number> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return (this.#server.address() as AddressInfo).port;
  }

  /** Cuts what is connected; new connections work. */
  cut(): void {
    for (const pair of this.#pairs) for (const socket of pair) socket.destroy();
  }

  /** Cuts what is connected and refuses new connections. */
  goAway(): void {
    this.#mode = 'refusing';
    this.cut();
  }

  /** Connections stay, nothing passes. */
  fallSilent(): void {
    this.#mode = 'silent';
    for (const pair of this.#pairs) for (const socket of pair) socket.pause();
  }

  /** What was silent is cut: its peers gave up on it. */
  comeBack(): void {
    if (this.#mode === 'silent') this.cut();
    this.#mode = 'open';
  }

  async close(): Promise<void> {
    this.cut();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #accept(client: Socket): void {
    client.on('error', () => undefined);
    if (this.#mode === 'refusing') {
      client.destroy();
      return;
    }
    const upstream = net.connect(this.#target);
    for (const socket of [client, upstream]) socket.setNoDelay(true);
    upstream.on('error', () => undefined);
    const pair = [client, upstream] as const;
    this.#pairs.add(pair);
    const end = (): void => {
      this.#pairs.delete(pair);
      client.destroy();
      upstream.destroy();
    };
    client.on('close', end);
    upstream.on('close', end);
    client.on('data', () => this.onTraffic?.('client'));
    upstream.on('data', () => this.onTraffic?.('server'));
    client.pipe(upstream).pipe(client);
    if (this.#mode === 'silent') for (const socket of pair) socket.pause();
  }
}
