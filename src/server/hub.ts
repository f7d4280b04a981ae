import type { FastifyInstance } from 'fastify';
import type { AddressInfo } from 'node:net';
import { Authenticator, RevocationWatch, type Trust, type Viewer } from '../access';
import { type Address, Database } from '../database';
import { FeedStreams, FeedWatch, Sequencer } from '../feed';
import { CompiledReads, type Services } from '../graph';
import { FeedCursors, type Logger } from '../kernel';
import { Connections } from './connections';
import { registerEventStream } from './event-stream';
import { registerHealth } from './health';
import { createHttpServer } from './http';
import { type IdeParty, registerIde } from './ide';
import type { IntrospectionRule } from './pipeline';
import { hubSchema } from './schema';
import { attachSockets } from './sockets';
import { WebhookSender } from './webhooks';

export interface HubOptions {
  address: Address;
  database?: string;
  trust: Trust;
  /** Signs cursors; the same on every node, and kept over restarts. */
  secret: string;
  logger: Logger;
  port: number;
  host?: string;
  poolSize?: number;
  /** The built IDE, and in the demo the tokens it may ask as. */
  ide?: { root: string; tokens?: () => Promise<IdeParty[]> };
  /** Anybody may ask for the schema; otherwise only the role `developer`. */
  openIntrospection?: boolean;
  heartbeatEvery?: number;
  /** A socket that answers no ping until the next is ended; in milliseconds. */
  pingEvery?: number;
  /** Webhooks may go to private addresses and by plain http: for a hub on somebody's own machine. */
  privateWebhooks?: boolean;
  /** False: every read runs on the plain executor, for comparison. */
  compiledReads?: boolean;
}

/** One node: stateless but for its sockets, beside any number of others on the same database. */
export class Hub {
  stopping = false;
  /** Sockets and streams that are open. */
  readonly connections: Connections;
  private stopped?: Promise<void>;
  private app?: FastifyInstance;
  private webhooks?: WebhookSender;
  private sockets?: { close(): Promise<void> };

  private constructor(
    readonly services: Services,
    readonly authenticator: Authenticator,
    readonly mayIntrospect: IntrospectionRule,
    readonly sequencer: Sequencer,
    private readonly watch: FeedWatch,
    private readonly revocations: RevocationWatch,
  ) {
    this.connections = new Connections(revocations);
  }

  static async start(options: HubOptions): Promise<Hub> {
    const { logger, secret } = options;
    const database = await Database.open({
      address: options.address,
      database: options.database,
      logger,
      poolSize: options.poolSize,
    });
    const watch = new FeedWatch(database, logger);
    const sequencer = new Sequencer(database, logger);
    const cursors = new FeedCursors(secret);
    const streams = new FeedStreams(database, watch, cursors, logger, options.heartbeatEvery);
    const reads = new CompiledReads(await hubSchema(), { database, logger }, options.compiledReads ?? true);
    const services: Services = { database, streams, cursors, logger, secret, reads, committed: () => sequencer.wake() };
    const mayIntrospect = (viewer: Viewer) => options.openIntrospection === true || viewer.roles.includes('developer');
    const hub = new Hub(
      services,
      new Authenticator(database, options.trust),
      mayIntrospect,
      sequencer,
      watch,
      new RevocationWatch(database, logger),
    );
    try {
      await hub.serve(options);
    } catch (error) {
      await hub.stop();
      throw error;
    }
    return hub;
  }

  get url(): string {
    const { address, port } = this.app?.server.address() as AddressInfo;
    return `http://${address.includes(':') ? `[${address}]` : address}:${port}`;
  }

  private async serve(options: HubOptions): Promise<void> {
    const schema = await hubSchema();
    const app = (this.app = await createHttpServer(this, schema));
    registerEventStream(app, this, schema);
    registerHealth(app, this);
    if (options.ide) await registerIde(app, options.ide);
    await app.ready();
    this.sockets = attachSockets(app, this, schema, options.pingEvery);
    await this.watch.start();
    await this.revocations.start();
    this.sequencer.start();
    this.webhooks = new WebhookSender(this.services, options.privateWebhooks ?? false);
    this.webhooks.start();
    await app.listen({ port: options.port, host: options.host ?? '127.0.0.1' });
  }

  /** Not ready, sockets told to come back, requests under way finished, connections closed. Any number of calls is one stop. */
  stop(): Promise<void> {
    this.stopping = true;
    return (this.stopped ??= this.shutDown());
  }

  private async shutDown(): Promise<void> {
    await Promise.all([this.connections.endAll(), this.webhooks?.stop()]);
    await Promise.all([this.sockets?.close(), this.app?.close()]);
    await this.sequencer.stop();
    this.revocations.stop();
    await this.watch.close();
    await this.services.database.close();
  }
}
