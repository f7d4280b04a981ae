import { WebSocket } from 'ws';
import { until } from './until';

export interface Message {
  id?: string;
  type: string;
  payload?: any; // eslint-disable-line @typescript-eslint/no-explicit-any -- tests read what they asked for
}

/** Everything of an envelope that tests look at. */
export const FEED = `subscription Feed($after: FeedCursor, $kinds: [FeedbackKind!]) { feedback(after: $after, kinds: $kinds) { __typename
  ... on FeedbackEvent { id sequence previousSequence cursor kind occurredAt disclosure summary reference requiresAcknowledgement
    actor { name } referral { id status disclosure person { name nhsNumber } outcome { result summary selfManagementPlan } } contact { id attendance } measurement { id } service { name } }
  ... on FeedHeartbeat { cursor headSequence } ... on FeedReset { reason resumeFrom } } }`;

/** A client that speaks graphql-transport-ws by hand, so that tests see every byte and close code. */
export class FeedClient {
  readonly messages: Message[] = [];
  readonly bytes: string[] = [];
  closed?: { code: number; reason: string };
  private next = 0;

  constructor(readonly socket: WebSocket) {
    socket.on('message', (data) => {
      const text = String(data);
      this.bytes.push(text);
      const message = JSON.parse(text) as Message;
      if (message.type === 'ping') socket.send(JSON.stringify({ type: 'pong' }));
      else this.messages.push(message);
    });
    socket.on('close', (code, reason) => (this.closed = { code, reason: String(reason) }));
    socket.on('error', () => undefined);
  }

  send(message: object): void {
    this.socket.send(JSON.stringify(message));
  }

  subscribe(variables: object = {}, query = FEED): string {
    const id = `s${++this.next}`;
    this.send({ id, type: 'subscribe', payload: { query, variables } });
    return id;
  }

  /** The envelopes received so far, in order. */
  get events(): Message['payload'][] {
    return this.messages
      .filter((message) => message.type === 'next')
      .map((message) => message.payload.data?.feedback)
      .filter((feedback) => feedback?.__typename === 'FeedbackEvent');
  }

  get kinds(): string[] {
    return this.events.map((event) => event.kind);
  }

  received(what: string, condition: (client: this) => unknown, limit?: number): Promise<unknown> {
    return until(`the subscriber has ${what}; it has ${JSON.stringify(this.kinds)}`, () => condition(this), limit);
  }

  closing(): Promise<{ code: number; reason: string }> {
    return until('the socket is closed', () => this.closed);
  }

  /** Without a goodbye, as a lost network does. */
  kill(): void {
    this.socket.terminate();
  }
}

export async function open(
  url: string,
  options: { protocol?: string; headers?: Record<string, string> } = {},
): Promise<FeedClient> {
  const client = new FeedClient(
    new WebSocket(`${url.replace('http', 'ws')}/graphql`, options.protocol ?? 'graphql-transport-ws', {
      headers: options.headers,
    }),
  );
  await until('the socket is open or refused', () => client.socket.readyState !== WebSocket.CONNECTING);
  return client;
}

export async function connect(url: string, token: string): Promise<FeedClient> {
  const client = await open(url);
  client.send({ type: 'connection_init', payload: { authorization: `Bearer ${token}` } });
  await until(
    'the hub has acknowledged the connection',
    () => client.closed || client.messages.some(({ type }) => type === 'connection_ack'),
  );
  return client;
}
