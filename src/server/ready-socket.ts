import type { ExecutionResult } from 'graphql';
import { WebSocket } from 'ws';

/** Stands in a message where a text that is ready goes. */
const PLACE = '"ready"';
const ENDING = `${PLACE}}}`;
let pending: string | undefined;

/** graphql-ws prints a message and sends it in the same breath, so one text at a time is pending. */
class ReadyData {
  constructor(private readonly text: string) {}

  toJSON(): string {
    pending = this.text;
    return 'ready';
  }
}

/** A result whose `data` is JSON text already: a HubSocket sends it as it is, without parsing and printing it again. */
export const readyResult = (data: string): ExecutionResult => ({ data: new ReadyData(data) as never });

/** Puts a ready text into the message that was printed round it; `data` comes last there. */
export class HubSocket extends WebSocket {
  override send(data: Parameters<WebSocket['send']>[0], ...rest: unknown[]): void {
    const text = pending;
    pending = undefined;
    const message =
      text !== undefined && typeof data === 'string' && data.endsWith(ENDING)
        ? `${data.slice(0, -ENDING.length)}${text}}}`
        : data;
    (super.send as (message: unknown, ...rest: unknown[]) => void).call(this, message, ...rest);
  }
}
