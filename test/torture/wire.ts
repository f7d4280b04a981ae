import { createServer, connect, type Server, type Socket } from 'node:net';
import * as path from 'node:path';
import type { Cleanup } from './cleanup';
import type { Doors } from './cluster';

export type Direction = 'to the database' | 'from the database';

/** Stops a conversation just before one message of it passes. */
export interface MessageFault {
  /** The conversation begins with the first message that this is true of, and is its connection's from there on. */
  begins: (text: string, direction: Direction) => boolean;
  direction: Direction;
  /** Before or after which statement, by its name and how often it came already; undefined only listens. */
  point?: string;
  /** Done before the connection is cut, and the message with it. */
  strike: () => void;
}

/** PostgreSQL's messages on one connection: those to it and those from it, whole ones, one at a time. */
class Conversation {
  private readonly rest = { near: Buffer.alloc(0), far: Buffer.alloc(0) };
  private readonly statements = new Statements();
  private greeted = false;
  /** The fault that this connection is to have. */
  private victimOf?: MessageFault;
  private cut = false;
  private counts = new Map<string, number>();

  constructor(
    private readonly near: Socket,
    private readonly far: Socket,
    private readonly proxy: DatabaseWire,
  ) {
    near.on('data', (chunk) => this.take('near', chunk));
    far.on('data', (chunk) => this.take('far', chunk));
    for (const socket of [near, far]) {
      socket.on('error', () => undefined);
      socket.on('close', () => this.end());
    }
  }

  end(): void {
    this.cut = true;
    this.near.destroy();
    this.far.destroy();
  }

  private take(side: 'near' | 'far', chunk: Buffer): void {
    let buffer = (this.rest[side] = Buffer.concat([this.rest[side], chunk]));
    while (!this.cut) {
      // the first message of a client has no type
      const header = side === 'near' && !this.greeted ? 0 : 1;
      if (buffer.length < header + 4) break;
      const length = header + buffer.readUInt32BE(header);
      if (buffer.length < length) break;
      const message = buffer.subarray(0, length);
      buffer = this.rest[side] = buffer.subarray(length);
      if (header === 0) this.greeted = true;
      else if (this.struck(side, message)) return this.end();
      (side === 'near' ? this.far : this.near).write(message);
    }
  }

  private struck(side: 'near' | 'far', message: Buffer): boolean {
    const name = side === 'near' ? this.statements.begun(message) : this.statements.done(message);
    const { fault } = this.proxy;
    if (!fault) return false;
    const direction = side === 'near' ? 'to the database' : 'from the database';
    if (!this.proxy.begun && fault.begins(message.toString('latin1'), direction)) {
      this.proxy.begun = true;
      this.victimOf = fault;
      this.counts = new Map();
    }
    if (this.victimOf !== fault || direction !== fault.direction || name === undefined) return false;
    const count = (this.counts.get(name) ?? 0) + 1;
    this.counts.set(name, count);
    const point = count === 1 ? name : `${name}, ${count}`;
    this.proxy.met.add(point);
    if (point !== fault.point) return false;
    this.proxy.strike();
    return true;
  }
}

/** Between a node and PostgreSQL: strikes at a message of the protocol, not at a moment. */
export class DatabaseWire {
  fault?: MessageFault;
  begun = false;
  /** The conversation's messages since it was armed. */
  met = new Set<string>();
  private struck = false;

  private constructor(readonly address: { host: string; port: 5432; user: string }) {}

  static async start(target: { host: string; port: 5432; user: string }, cleanup: Cleanup): Promise<DatabaseWire> {
    const folder = cleanup.folder();
    const wire = new DatabaseWire({ ...target, host: folder });
    const socket = `.s.PGSQL.${target.port}`;
    const server = createServer((near) => new Conversation(near, connect(path.join(target.host, socket)), wire));
    await listening(server, path.join(folder, socket), cleanup);
    return wire;
  }

  arm(fault: MessageFault): void {
    this.fault = fault;
    this.begun = false;
    this.met = new Set();
    this.struck = false;
  }

  /** Whether it has struck since it was armed, or the conversation was over before. */
  disarm(): boolean {
    this.fault = undefined;
    return this.struck;
  }

  strike(): void {
    this.struck = true;
    this.fault?.strike();
    this.fault = undefined;
  }
}

/** Between a client and a node: strikes after so many bytes to the client. */
export class ClientWire implements Doors {
  port = 0;
  hasStruck = false;
  private left = Infinity;
  private strike: () => void = () => undefined;

  static async start(node: { port: number }, cleanup: Cleanup): Promise<ClientWire> {
    const wire = new ClientWire();
    const server = createServer((near) => wire.join(near, connect(node.port, '127.0.0.1')));
    await listening(server, 0, cleanup);
    wire.port = (server.address() as { port: number }).port;
    return wire;
  }

  pick(): number {
    return this.port;
  }

  private join(near: Socket, far: Socket): void {
    near.on('data', (chunk) => far.write(chunk));
    far.on('data', (chunk: Buffer) => {
      if (chunk.length > this.left) {
        near.end(chunk.subarray(0, this.left));
        far.destroy();
        this.fire();
        return;
      }
      this.left -= chunk.length;
      near.write(chunk);
    });
    far.on('close', () => near.end());
    near.on('close', () => far.destroy());
    for (const socket of [near, far]) socket.on('error', () => socket.destroy());
  }

  /** So many bytes pass from now on, and no more of that connection. */
  arm(bytes: number, strike: () => void): void {
    this.left = bytes;
    this.strike = strike;
    this.hasStruck = false;
  }

  disarm(): boolean {
    this.left = Infinity;
    return this.hasStruck;
  }

  private fire(): void {
    this.left = Infinity;
    this.hasStruck = true;
    this.strike();
  }
}

async function listening(server: Server, at: string | number, cleanup: Cleanup): Promise<void> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  cleanup.add(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    if (typeof at === 'string') server.listen(at, resolve);
    else server.listen(at, '127.0.0.1', resolve);
  });
}

/** Follows what one connection is asked: `before feed.append`, `after commit`. Names of statements, never their values. */
class Statements {
  private readonly prepared = new Map<string, string>();
  private bound = '';
  /** Sent, and not answered yet. */
  private running: string[] = [];

  /** The point before a message that has the database carry something out; undefined for any other. */
  begun(message: Buffer): string | undefined {
    const [first = '', second = ''] = message.toString('latin1', 5).split('\0');
    const type = String.fromCharCode(message[0] ?? 0);
    if (type === 'P') this.prepared.set(first, first || labels(second).join('; '));
    else if (type === 'B') this.bound = this.prepared.get(second) ?? second;
    else if (type === 'E' || type === 'Q') {
      const names = type === 'E' ? [this.bound] : labels(first);
      this.running.push(...names);
      return `before ${names.join('; ')}`;
    }
    return undefined;
  }

  /** The point after something was carried out, when whoever asked does not know it yet. */
  done(message: Buffer): string | undefined {
    const type = String.fromCharCode(message[0] ?? 0);
    if (type === 'C') return `after ${this.running.shift()}`;
    if (type === 'Z') this.running = [];
    return type === 'A' ? 'notification' : undefined;
  }
}

/** Each statement of a text: its name where it says one, or its verb. */
const labels = (text: string) =>
  text
    .split(/;\s*/)
    .filter(Boolean)
    .map((part) => /^\s*\/\*\s*([\w.]+)/.exec(part)?.[1] ?? /^\s*([a-z]+(?: into \S+| \S+$)?)/i.exec(part)?.[1] ?? '');
