import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { signDemoToken } from '../access';
import { demoParties } from './demo-parties';
import { CommandError, exitCode, say } from './exit';

interface SubscribeOptions {
  as?: string;
  token?: string;
  url: string;
  after?: string;
  new?: boolean;
  heartbeats?: boolean;
}

type Envelope = { __typename: string; cursor?: string; reason?: string; resumeFrom?: string };

const FEED = `subscription Feed($after: FeedCursor) {
  feedback(after: $after) {
    __typename
    ... on FeedbackEvent {
      id sequence kind occurredAt disclosure summary reference requiresAcknowledgement
      actor { name } referral { id status } service { name } cursor
    }
    ... on FeedHeartbeat { headSequence at cursor }
    ... on FeedReset { reason resumeFrom }
  }
}`;

/** Longest wait before a lost connection is tried again, in milliseconds. */
const LONGEST_WAIT = 10_000;

/** `loopwell subscribe`: a party's feed as one JSON a line, picked up again at its cursor whenever the connection is lost. */
export async function subscribe(options: SubscribeOptions): Promise<void> {
  const token = tokenOf(options);
  const url = addressOf(options.url);
  // graphql-ws sends this object again after each reconnection, so its cursor moves with the feed
  const variables: { after?: string } = {
    after: options.new ? await headOf(options.url, await token()) : options.after,
  };
  let stopping = false;
  const client = createClient({
    url,
    webSocketImpl: WebSocket,
    connectionParams: async () => ({ authorization: `Bearer ${await token()}` }),
    retryAttempts: Infinity,
    retryWait: (retries) => new Promise((resolve) => setTimeout(resolve, Math.min(250 * 2 ** retries, LONGEST_WAIT))),
    // a refused token or a refused operation stays refused
    shouldRetry: (problem) => !isRefusal(problem),
    on: {
      connected: () => say('Listening. Ctrl-C ends it.'),
      closed: (event) => {
        if (!stopping && !isRefusal(event)) say('The connection is lost; trying again.');
      },
    },
  });
  const stop = () => {
    stopping = true;
    void client.dispose();
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, stop);
  // the reader of our lines has gone, as `head` does
  process.stdout.on('error', stop);
  try {
    for await (const { data, errors } of client.iterate<{ feedback: Envelope }>({ query: FEED, variables })) {
      if (errors?.length) throw new CommandError(errors.map(({ message }) => message).join(' '), exitCode.checkFailed);
      const envelope = data?.feedback;
      if (!envelope) continue;
      variables.after = envelope.cursor ?? envelope.resumeFrom ?? variables.after;
      if (envelope.__typename !== 'FeedHeartbeat' || options.heartbeats)
        process.stdout.write(`${JSON.stringify(envelope)}\n`);
      if (envelope.__typename === 'FeedReset')
        throw new CommandError(
          `The feed cannot go on from that cursor: ${envelope.reason}. Begin again with --after ${envelope.resumeFrom}.`,
          exitCode.checkFailed,
        );
    }
  } catch (problem) {
    if (stopping) return;
    throw isRefusal(problem) ? new CommandError(refusalOf(problem), exitCode.checkFailed) : problem;
  }
}

function tokenOf({ as, token }: SubscribeOptions): () => Promise<string> {
  if (token) return async () => token;
  const party = as ? demoParties[as] : undefined;
  if (!party) throw new CommandError('Say whose feed it is: --as <party> in the demo, or --token.', exitCode.usage);
  return () => signDemoToken(party.claims());
}

/** The cursor of the newest event there is: what comes after it is new. */
async function headOf(address: string, token: string): Promise<string> {
  const answer = await fetch(new URL('/graphql', address), {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ query: '{ feedback(first: 1) { headCursor } }' }),
  }).catch(() => {
    throw new CommandError(`No hub answers at ${address}.`, exitCode.dependencyDown);
  });
  const { data, errors } = (await answer.json()) as {
    data?: { feedback: { headCursor: string } };
    errors?: { message: string }[];
  };
  if (!data) throw new CommandError(`The hub refused: ${errors?.[0]?.message}`, exitCode.checkFailed);
  return data.feedback.headCursor;
}

function addressOf(text: string): string {
  if (!URL.canParse(text) || !/^https?:$/.test(new URL(text).protocol))
    throw new CommandError(`--url ${text} is no http(s) address.`, exitCode.usage);
  const url = new URL('/graphql', text);
  url.protocol = url.protocol.replace('http', 'ws');
  return url.toString();
}

/** A hub tells a socket no more than this; what is wrong with a token, it tells a request. */
const refusalOf = ({ code, reason }: { code: number; reason: string }) =>
  code === 4403
    ? 'The hub refused the token: it is expired, revoked, or not one that it trusts.'
    : `The hub refused: ${reason}.`;

/** Close codes of 44xx are answers to what we sent; others are the network's or the server's state. */
function isRefusal(problem: unknown): problem is { code: number; reason: string } {
  const code = (problem as { code?: unknown } | undefined)?.code;
  return typeof code === 'number' && code >= 4400 && code < 4500;
}
