import type { ExecutionResult } from 'graphql';
import { randomUUID } from 'node:crypto';
import type { Duplex } from 'node:stream';
import { WebSocket } from 'ws';

/** Stands in a printed message where a text that is ready goes; no client can know it. */
const PLACE = randomUUID();
const ENDING = `"${PLACE}"}}`;

let waiting: HubSocket[] = [];
/** All at once: a client that is woken for each message by itself costs the sender three times as much. */
function sendAll(): void {
  const sockets = waiting;
  waiting = [];
  for (const socket of sockets) socket.flush();
}

/** Sends messages that were printed before their data was at hand, and those that are ready together with others'. */
export class HubSocket extends WebSocket {
  /** What it writes to. */
  transport?: Duplex;
  /**
   * The text of the message that was just printed. graphql-ws prints a message and sends it in the same breath, or not at all where
   * its socket has closed: so it is this socket's own, and never outlives it.
   */
  private printed?: string;
  private ready: string[] = [];

  /** A result whose `data` is JSON text already: sent here as it is, without parsing and printing it again. */
  result(data: string): ExecutionResult {
    const toJSON = () => {
      this.printed = data;
      return PLACE;
    };
    return { data: { toJSON } as never };
  }

  /** Sends a message with all that are ready at this moment; false while its client has not taken what was sent before. */
  push(message: string): boolean {
    if (this.bufferedAmount > 0 || this.readyState !== this.OPEN) return false;
    if (this.ready.push(message) === 1 && waiting.push(this) === 1) setImmediate(sendAll);
    return true;
  }

  flush(): void {
    const messages = this.ready;
    if (!messages.length) return;
    this.ready = [];
    this.transport?.cork();
    for (const message of messages) super.send(message);
    this.transport?.uncork();
  }

  /** Puts a ready text into the message that was printed round it; `data` comes last there. */
  override send(data: Parameters<WebSocket['send']>[0], ...rest: unknown[]): void {
    this.flush();
    const text = this.printed;
    this.printed = undefined;
    const message =
      text !== undefined && typeof data === 'string' && data.endsWith(ENDING)
        ? `${data.slice(0, -ENDING.length)}${text}}}`
        : data;
    (super.send as (message: unknown, ...rest: unknown[]) => void).call(this, message, ...rest);
  }
}
