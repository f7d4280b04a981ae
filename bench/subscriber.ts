import { once } from 'node:events';
import { WebSocket } from 'ws';

export interface Subscription {
  port: number;
  token?: string;
  query: string;
  variables?: object;
  /** Each message of the subscription, as it came. */
  heard: (text: string) => void;
}

/** A socket with one subscription, by hand: what a client library would do with a message is no part of what is measured. */
export class Subscriber {
  private constructor(private readonly socket: WebSocket) {}

  /** Resolves when the server has said that it knows who this is, and has been sent the subscription. */
  static async open({ port, token, query, variables, heard }: Subscription): Promise<Subscriber> {
    const socket = new WebSocket(`ws://127.0.0.1:${port}/graphql`, 'graphql-transport-ws', {
      perMessageDeflate: false,
    });
    await once(socket, 'open');
    const say = (message: object) => socket.send(JSON.stringify(message));
    const known = new Promise<void>((resolve, reject) => {
      socket.on('message', (data) => {
        const text = String(data);
        if (text.includes('"type":"next"')) heard(text);
        else if (text.includes('"type":"ping"')) say({ type: 'pong' });
        else if (text.includes('"type":"connection_ack"')) resolve();
      });
      socket.once('close', (code) => reject(new Error(`a subscriber's socket was closed: ${code}`)));
    });
    known.catch(() => undefined);
    say({ type: 'connection_init', payload: token ? { authorization: `Bearer ${token}` } : {} });
    await known;
    say({ id: '1', type: 'subscribe', payload: { query, variables } });
    return new Subscriber(socket);
  }

  close(): void {
    this.socket.removeAllListeners('close').terminate();
  }
}

/** Opens many, some at a time. */
export async function openAll(subscriptions: readonly Subscription[]): Promise<Subscriber[]> {
  const opened: Subscriber[] = [];
  for (let from = 0; from < subscriptions.length; from += 50)
    opened.push(...(await Promise.all(subscriptions.slice(from, from + 50).map((each) => Subscriber.open(each)))));
  return opened;
}
