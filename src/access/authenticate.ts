import { createRemoteJWKSet, errors, jwtVerify, type JWTVerifyGetKey } from 'jose';
import { z } from 'zod';
import { asIdentity, type Database, sql } from '../database';
import { isValidNhsNumber, normaliseNhsNumber, Recent } from '../kernel';
import { organisationByOds } from './organisation';
import { DEMO_AUDIENCE, DEMO_ISSUER, demoVerificationKey } from './demo-key';
import { IssuerUnavailable, operator, Unauthenticated, type Viewer } from './viewer';

/** Whose tokens count. `demo` trusts the committed key alone; `serve` an OpenID Connect issuer alone. */
export type Trust = { demo: true } | { demo: false; issuer: string; audience: string; tokenType?: string };

const claimsSchema = z.object({
  exp: z.number(),
  iat: z.number().optional(),
  jti: z.string().max(200).optional(),
  org: z.string().min(1).optional(),
  practitioner: z.string().min(1).optional(),
  nhs_number: z.string().refine(isValidNhsNumber).optional(),
  /** NHS number of the person that the bearer acts for. */
  acting_for: z.string().refine(isValidNhsNumber).optional(),
  roles: z.array(z.string().regex(/^[a-z-]+$/)).default([]),
  purpose: z.string().max(80).optional(),
});
type TokenClaims = z.infer<typeof claimsSchema>;

interface Caller {
  organisation: string;
  sector: string;
  practitioner: string | null;
  /** Whether the practitioner has left the organisation. */
  gone: boolean;
}

const findCaller = sql(
  'access.caller',
  `select o.id as organisation, o.sector, p.id as practitioner, coalesce(p.left_on <= hub.today(), false) as gone
   from graph.organisation o
   left join graph.practitioner p on p.organisation_id = o.id and p.external_id = $2
   where o.id = ${organisationByOds('$1')}
     and not exists (select from graph.organisation_end e where e.id = o.id)`,
);
const findDelegation = sql('access.delegation', 'select id, person from hub.delegation_of($1, $2)');
const findPerson = sql('access.person', 'select hub.person_of_number($1) as id');

/**
 * A directory entry is looked up again, and a token's signature checked again, after this long, in milliseconds: a new practitioner
 * need not wait for a restart, and a key that the issuer withdrew soon counts no more.
 */
const REMEMBERED = 30_000;
/** Callers, and tokens whose signature is known to hold, at the most. */
const AT_MOST = 10_000;
/** Clocks of issuers differ; RFC 7519 section 4.1.4 allows a small leeway, in seconds. */
const LEEWAY = 60;

/** Turns an Authorization header into the viewer it stands for: the same for HTTP, sockets and SSE. */
export class Authenticator {
  private readonly callers = new Recent<{ caller: Caller | undefined; until: number }>(AT_MOST);
  private readonly tokens = new Recent<{ claims: TokenClaims; until: number }>(AT_MOST);
  private key?: JWTVerifyGetKey;

  constructor(
    private readonly database: Database,
    private readonly trust: Trust,
  ) {}

  async viewerOf(authorization: string | undefined): Promise<Viewer> {
    const bearer = /^Bearer (.+)$/i.exec(authorization ?? '')?.[1];
    if (!bearer) throw new Unauthenticated('A bearer token is needed: Authorization: Bearer <token>.');
    const token = /^[\w-]+\.[\w-]+\.[\w-]+$/.exec(bearer)?.[0];
    if (!token) throw new Unauthenticated('The token does not hold.');
    return this.viewerFrom(await this.claimsOf(token));
  }

  /** Dashboards send the same token with each request; whether it was revoked, PostgreSQL is asked each time. */
  private async claimsOf(token: string): Promise<TokenClaims> {
    const known = this.tokens.get(token);
    if (known && known.until > Date.now()) return known.claims;
    const claims = await this.verify(token);
    const expires = (claims.exp + LEEWAY) * 1_000;
    this.tokens.set(token, { claims, until: Math.min(expires, Date.now() + REMEMBERED) });
    return claims;
  }

  private async verify(token: string): Promise<TokenClaims> {
    const expected = this.trust.demo
      ? { issuer: DEMO_ISSUER, audience: DEMO_AUDIENCE, typ: 'at+jwt' }
      : { issuer: this.trust.issuer, audience: this.trust.audience, typ: this.trust.tokenType ?? 'at+jwt' };
    const key = (this.key ??= await this.loadKey());
    try {
      const { payload } = await jwtVerify(token, key, {
        ...expected,
        algorithms: ['ES256', 'ES384', 'RS256', 'PS256', 'EdDSA'],
        clockTolerance: LEEWAY,
      });
      return claimsSchema.parse(payload);
    } catch (error) {
      if (error instanceof errors.JWTExpired) throw new Unauthenticated('The token has expired.');
      // jose says so of a key set that does not come, or does not come as one
      if (
        ['ERR_JOSE_GENERIC', 'ERR_JWKS_TIMEOUT', 'ERR_JWKS_INVALID'].includes((error as { code?: string }).code ?? '')
      )
        throw new IssuerUnavailable('the key set');
      if (error instanceof errors.JOSEError || error instanceof z.ZodError)
        throw new Unauthenticated('The token does not hold.');
      throw new IssuerUnavailable('the key set', { cause: error });
    }
  }

  private async loadKey(): Promise<JWTVerifyGetKey> {
    if (this.trust.demo) {
      const key = await demoVerificationKey();
      return (async () => key) as JWTVerifyGetKey;
    }
    const metadata = new URL(`${this.trust.issuer.replace(/\/$/, '')}/.well-known/openid-configuration`);
    try {
      const answer = await fetch(metadata, { signal: AbortSignal.timeout(5_000) });
      const { jwks_uri: keys } = z.object({ jwks_uri: z.url() }).parse(await answer.json());
      return createRemoteJWKSet(new URL(keys));
    } catch (cause) {
      throw new IssuerUnavailable('its metadata', { cause });
    }
  }

  private async viewerFrom(claims: TokenClaims): Promise<Viewer> {
    const base = {
      roles: claims.roles,
      purpose: claims.purpose,
      expiresAt: new Date(claims.exp * 1000),
      token: claims.jti,
      // a token that does not say when it was issued is as old as can be
      issuedAt: new Date((claims.iat ?? 0) * 1000),
    };
    if (claims.org) {
      const caller = await this.callerOf(claims.org, claims.practitioner);
      if (!caller) throw new Unauthenticated('The token names an organisation this hub does not know.');
      if (caller.gone) throw new Unauthenticated('The token names a practitioner who has left the organisation.');
      const { organisation: party, sector, practitioner } = caller;
      const unlisted = claims.practitioner !== undefined && !practitioner;
      return { ...base, kind: 'organisation', party, sector, practitioner: practitioner ?? undefined, unlisted };
    }
    if (!claims.nhs_number) throw new Unauthenticated('The token names neither an organisation nor a person.');
    const nhsNumber = normaliseNhsNumber(claims.nhs_number);
    if (claims.acting_for) {
      const person = normaliseNhsNumber(claims.acting_for);
      const [delegation] = await asIdentity(this.database, operator, (tx) =>
        tx.query<{ id: string; person: string }>(findDelegation, [nhsNumber, person]),
      );
      if (!delegation) throw new Unauthenticated('The token acts for somebody, and no delegation of theirs stands.');
      return { ...base, kind: 'person', party: delegation.person, proxy: delegation.id, nhsNumber: person };
    }
    const [person] = await asIdentity(this.database, operator, (tx) =>
      tx.query<{ id: string }>(findPerson, [nhsNumber]),
    );
    return { ...base, kind: 'person', party: person?.id, nhsNumber };
  }

  private async callerOf(ods: string, practitioner: string | undefined): Promise<Caller | undefined> {
    const key = JSON.stringify([ods, practitioner]);
    const known = this.callers.get(key);
    if (known && known.until > Date.now()) return known.caller;
    const [caller] = await asIdentity(this.database, operator, (tx) =>
      tx.query<Caller>(findCaller, [ods, practitioner ?? null]),
    );
    this.callers.set(key, { caller, until: Date.now() + REMEMBERED });
    return caller;
  }
}
