import { exportJWK, generateKeyPair, type JWTHeaderParameters, type JWTPayload, SignJWT } from 'jose';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

type Pair = Awaited<ReturnType<typeof generateKeyPair>>;

/** An OpenID Connect issuer on a port of its own: publishes keys, signs anything it is asked to, and can go away. */
export class Issuer {
  keyRequests = 0;
  private pairs = new Map<string, Pair>();
  private server?: Server;
  private port = 0;

  static async start(): Promise<Issuer> {
    const issuer = new Issuer();
    await issuer.rotate('first');
    await issuer.comeBack();
    return issuer;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Publishes a key beside those it has. */
  async rotate(kid: string): Promise<void> {
    this.pairs.set(kid, await generateKeyPair('ES256', { extractable: true }));
  }

  async sign(payload: JWTPayload = {}, header: Partial<JWTHeaderParameters> = {}): Promise<string> {
    const now = Math.floor(Date.now() / 1000);
    const claims = {
      iss: this.url,
      aud: 'hub',
      iat: now,
      exp: now + 600,
      org: 'Z81001',
      roles: ['referrer'],
      ...payload,
    };
    const kid = header.kid ?? 'first';
    const pair = this.pairs.get(kid) ?? (await generateKeyPair('ES256'));
    return new SignJWT(claims)
      .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid, ...header })
      .sign(pair.privateKey);
  }

  async comeBack(): Promise<void> {
    const server = createServer(async (request, response) => {
      response.setHeader('content-type', 'application/json');
      if (request.url === '/.well-known/openid-configuration') {
        return void response.end(JSON.stringify({ issuer: this.url, jwks_uri: `${this.url}/keys` }));
      }
      this.keyRequests++;
      const keys = [...this.pairs].map(async ([kid, { publicKey }]) => ({
        ...(await exportJWK(publicKey)),
        kid,
        alg: 'ES256',
      }));
      response.end(JSON.stringify({ keys: await Promise.all(keys) }));
    });
    this.server = server;
    await new Promise<void>((resolve) => server.listen(this.port, '127.0.0.1', resolve));
    this.port = (server.address() as AddressInfo).port;
  }

  async goAway(): Promise<void> {
    const { server } = this;
    server?.closeAllConnections();
    await new Promise((resolve) => (server ? server.close(resolve) : resolve(undefined)));
  }
}
