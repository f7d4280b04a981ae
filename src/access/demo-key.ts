import { randomUUID } from 'node:crypto';
import { importJWK, type JWK, SignJWT } from 'jose';

/** Signs the demo's tokens. Public on purpose, so worth nothing: `loopwell serve` trusts only its own issuer's keys. */
const DEMO_KEY: JWK = {
  kty: 'EC',
  crv: 'P-256',
  alg: 'ES256',
  kid: 'loopwell-demo-only',
  x: 'rrkWGaXjtgj5A2Hmt92zUohW2e3apbmkWN_Mjt5nqbo',
  y: 'm_iFn767wIgTWAAk8nTkYBxkXy3OeljUbk6IJYfJWu0',
  d: 'WA4-bO2s6Nn4x8I3Ob3R28B4T0pKgEZGgT1z2MRHhrc',
};

export const DEMO_ISSUER = 'https://demo.loopwell.example';
export const DEMO_AUDIENCE = 'loopwell';

/** What a token says of its bearer. Organisations by ODS code, practitioners by their SDS role profile id, persons by NHS number. */
export interface Claims {
  org?: string;
  practitioner?: string;
  nhs_number?: string;
  /** NHS number of the person that the bearer acts for. */
  acting_for?: string;
  roles: string[];
  purpose?: string;
}

export async function signDemoToken(claims: Claims, lifetime = '12h'): Promise<string> {
  return new SignJWT({ ...claims })
    .setProtectedHeader({ alg: 'ES256', kid: DEMO_KEY.kid, typ: 'at+jwt' })
    .setIssuer(DEMO_ISSUER)
    .setAudience(DEMO_AUDIENCE)
    .setSubject(claims.practitioner ?? claims.org ?? 'person')
    .setJti(randomUUID())
    .setIssuedAt()
    .setExpirationTime(lifetime)
    .sign(await importJWK(DEMO_KEY));
}

export async function demoVerificationKey() {
  const { d: _private, ...open } = DEMO_KEY;
  return importJWK(open, 'ES256');
}
