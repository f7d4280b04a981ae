import { request } from 'node:http';
import { FEED } from './socket';
import { until } from './until';

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- tests read what they asked for
type Result = { data?: any; errors?: any[] };

/** A reader of server-sent events by hand, so that tests see every byte and can stand still. */
export class EventStream {
  readonly results: Result[] = [];
  completed = false;
  closed = false;
  status?: number;
  body = '';

  private constructor(private readonly sent: ReturnType<typeof request>) {}

  static async open(
    url: string,
    token: string | undefined,
    variables: object = {},
    query = FEED,
  ): Promise<EventStream> {
    const headers = {
      accept: 'text/event-stream',
      'content-type': 'application/json',
      ...(token && { authorization: `Bearer ${token}` }),
    };
    const sent = request(`${url}/graphql/stream`, { method: 'POST', headers });
    const stream = new EventStream(sent);
    sent.on('response', (response) => {
      stream.status = response.statusCode;
      response.on('data', (chunk: Buffer) => stream.take(chunk.toString('utf8')));
      response.on('close', () => (stream.closed = true));
    });
    sent.on('error', () => (stream.closed = true));
    sent.end(JSON.stringify({ query, variables }));
    await until('the stream has answered', () => stream.status ?? stream.closed);
    return stream;
  }

  get events() {
    return this.results
      .map(({ data }) => data?.feedback)
      .filter((feedback) => feedback?.__typename === 'FeedbackEvent');
  }

  received(what: string, condition: (stream: this) => unknown): Promise<unknown> {
    return until(`the stream has ${what}; it has ${this.events.map(({ kind }) => kind)}`, () => condition(this));
  }

  close(): void {
    this.sent.destroy();
  }

  private take(text: string): void {
    this.body += text;
    for (let end = this.body.indexOf('\n\n'); end >= 0 && this.status === 200; end = this.body.indexOf('\n\n')) {
      const block = this.body.slice(0, end);
      this.body = this.body.slice(end + 2);
      const data = /^data: (.*)$/m.exec(block)?.[1];
      if (block.startsWith('event: next') && data) this.results.push(JSON.parse(data) as Result);
      if (block.startsWith('event: complete')) this.completed = true;
    }
  }
}
