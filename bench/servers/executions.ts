import { once, EventEmitter } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import * as path from 'node:path';
import { buildSchema } from 'graphql';
import { useServer } from 'graphql-ws/use/ws';
import { WebSocketServer } from 'ws';

/**
 * graphql-ws as its manual has it, one execution of graphql-js for each subscriber and event, on the hub's own schema. The event is
 * at hand, given by EVENT: no database, no cursors, nobody to check.
 */
const event = JSON.parse(process.env['EVENT'] ?? '{}') as object;
const schema = buildSchema(readFileSync(path.resolve(__dirname, '../../../schema/loopwell.graphql'), 'utf8'));
const events = new EventEmitter().setMaxListeners(0);

async function* follow() {
  for (;;) {
    await once(events, 'event');
    yield { feedback: event };
  }
}
schema.getSubscriptionType()!.getFields()['feedback']!.subscribe = follow;

const server = createServer((_request, response) => {
  events.emit('event');
  response.end('sent');
});
useServer({ schema }, new WebSocketServer({ server, path: '/graphql' }));
server.listen(0, '127.0.0.1', () => console.log((server.address() as AddressInfo).port));
process.stdin.on('end', () => process.exit()).resume();
