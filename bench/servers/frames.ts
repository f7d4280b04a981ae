import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';

/** The limit of a broadcast: one ready frame, given by FRAME, sent to each socket; a request over HTTP sets it off. */
const frame = process.env['FRAME'] ?? '';
const subscribed = new Set<WebSocket>();

const server = createServer((_request, response) => {
  for (const socket of subscribed) socket.send(frame);
  response.end('sent');
});
new WebSocketServer({ server }).on('connection', (socket) => {
  socket.once('message', () => {
    socket.send('{"type":"connection_ack"}');
    socket.once('message', () => subscribed.add(socket));
  });
  socket.on('close', () => subscribed.delete(socket));
});
server.listen(0, '127.0.0.1', () => console.log((server.address() as AddressInfo).port));
process.stdin.on('end', () => process.exit()).resume();
