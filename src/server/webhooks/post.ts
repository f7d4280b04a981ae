import { type IncomingMessage, request as httpRequest, type RequestOptions } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { RequestFilteringHttpAgent, RequestFilteringHttpsAgent } from 'request-filtering-agent';
import { Webhook } from 'standardwebhooks';

/** How long a receiver may take, in milliseconds. */
const WITHIN = 10_000;

export interface Posting {
  url: string;
  /** The event's id: the same on every attempt, for the receiver to dedupe on. */
  id: string;
  body: string;
  secrets: readonly string[];
  /** Private and loopback addresses too, and plain http: for a hub on somebody's own machine. */
  allowPrivate: boolean;
}

export interface Posted {
  ok: boolean;
  /** What is noted of it: a status or an error code, never a body. */
  result: string;
  /** 410: the receiver wants no more of it (Standard Webhooks). */
  gone: boolean;
}

/**
 * Sends one message signed as Standard Webhooks 1.0 says. Addresses are looked at when the connection is made, so a name that turns
 * out to be private is refused; redirects are not followed. Never rejects.
 */
export function post({ url, id, body, secrets, allowPrivate }: Posting): Promise<Posted> {
  const at = new Date();
  const options: RequestOptions = {
    method: 'POST',
    agent: agentFor(url, allowPrivate),
    signal: AbortSignal.timeout(WITHIN),
    headers: {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
      'user-agent': 'Loopwell',
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)),
      'webhook-signature': secrets.map((secret) => new Webhook(secret).sign(id, at, body)).join(' '),
    },
  };
  return new Promise((resolve) => {
    const failed = (error: Error & { code?: string }) =>
      resolve({ ok: false, gone: false, result: error.name === 'AbortError' ? 'TIMEOUT' : (error.code ?? error.name) });
    try {
      const answered = ({ statusCode = 0 }: IncomingMessage, socket: { destroy(): void }) => {
        // what it says is of no interest, however long it is
        socket.destroy();
        resolve({ ok: statusCode >= 200 && statusCode < 300, gone: statusCode === 410, result: String(statusCode) });
      };
      const sent = (isHttps(url) ? httpsRequest : httpRequest)(url, options, (response) =>
        answered(response, response),
      );
      // 101 is no answer to a POST; its connection would stay open, and nothing more be heard of the request
      sent.on('upgrade', answered);
      sent.on('error', failed);
      sent.on('close', () => resolve({ ok: false, gone: false, result: 'CLOSED' }));
      sent.end(body);
    } catch (error) {
      failed(error as Error);
    }
  });
}

const isHttps = (url: string) => new URL(url).protocol === 'https:';

function agentFor(url: string, allowPrivate: boolean) {
  const options = { allowPrivateIPAddress: allowPrivate, allowMetaIPAddress: allowPrivate };
  return isHttps(url) ? new RequestFilteringHttpsAgent(options) : new RequestFilteringHttpAgent(options);
}

/** What is wrong with an address, for whoever adds it; undefined where nothing is. */
export function badAddress(url: string, allowPrivate: boolean): string | undefined {
  if (!URL.canParse(url)) return 'This is no URL.';
  const { protocol, username, password } = new URL(url);
  if (protocol !== 'https:' && !(allowPrivate && protocol === 'http:')) return 'A webhook needs an https address.';
  if (username || password) return 'An address carries no name and no password; messages are signed instead.';
  return undefined;
}
