import { randomBytes } from 'node:crypto';
import * as path from 'node:path';
import { z } from 'zod';
import type { Trust } from '../access';
import { DEMO_ISSUER } from '../access';
import { CommandError, exitCode } from './exit';

/** The project's root: the same from the source tree and from dist/. */
export const projectRoot = path.resolve(
  __dirname,
  __dirname.includes(`${path.sep}dist${path.sep}`) ? '../../..' : '../..',
);

const link = z
  .string()
  .refine((text) => URL.canParse(text) && /^postgres(ql)?:$/.test(new URL(text).protocol), 'Not a postgres:// address');

const environment = z.object({
  DATABASE_URL: link.optional(),
  LOOPWELL_MIGRATE_URL: link.optional(),
  LOOPWELL_OIDC_ISSUER: z.url().optional(),
  LOOPWELL_OIDC_AUDIENCE: z.string().optional(),
  LOOPWELL_OIDC_TOKEN_TYPE: z.string().optional(),
  LOOPWELL_SECRET: z.string().min(32).optional(),
  LOOPWELL_LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent']).default('warn'),
});
export type Environment = z.infer<typeof environment>;

/** Reads the environment once; tells every fault of it at once. */
export function readEnvironment(): Environment {
  const given = Object.fromEntries(Object.entries(process.env).filter(([, value]) => value !== ''));
  const parsed = environment.safeParse(given);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map((issue) => `  ${issue.path.join('.')}: ${issue.message}`);
  throw new CommandError(`The environment is not as it must be:\n${faults.join('\n')}`, exitCode.config);
}

/** Signs the demo's cursors; the demo holds nobody's data. */
export const DEMO_SECRET = 'the demo keeps no secrets: it holds nobody';

/** The secret of the hub that this command is about: of the environment, or the demo's. */
export function secretOf(env: Environment): string {
  if (env.LOOPWELL_SECRET) return env.LOOPWELL_SECRET;
  if (env.DATABASE_URL) throw new CommandError('LOOPWELL_SECRET is missing: the same as the hub has.', exitCode.config);
  return DEMO_SECRET;
}

/** What `serve` may not do without, and what it refuses. */
export function productionSettings(env: Environment): { address: string; trust: Trust; secret: string } {
  const faults: string[] = [];
  if (!env.DATABASE_URL)
    faults.push('DATABASE_URL is missing: postgres://loopwell_login:…@host/database?sslmode=verify-full');
  else if (!isProtected(env.DATABASE_URL))
    faults.push('DATABASE_URL is a link in plain text: add sslmode=verify-full, or use a Unix socket.');
  if (!env.LOOPWELL_OIDC_ISSUER || !env.LOOPWELL_OIDC_AUDIENCE)
    faults.push('LOOPWELL_OIDC_ISSUER and LOOPWELL_OIDC_AUDIENCE are missing: whose tokens count.');
  if (env.LOOPWELL_OIDC_ISSUER === DEMO_ISSUER)
    faults.push("LOOPWELL_OIDC_ISSUER names the demo's issuer, whose key is public.");
  if (!env.LOOPWELL_SECRET)
    faults.push(`LOOPWELL_SECRET is missing: at least 32 characters, such as ${randomBytes(24).toString('hex')}`);
  if (faults.length)
    throw new CommandError(`Not started:\n${faults.map((fault) => `  ${fault}`).join('\n')}`, exitCode.config);
  const {
    LOOPWELL_OIDC_ISSUER: issuer = '',
    LOOPWELL_OIDC_AUDIENCE: audience = '',
    LOOPWELL_OIDC_TOKEN_TYPE: tokenType,
  } = env;
  return {
    address: env.DATABASE_URL ?? '',
    trust: { demo: false, issuer, audience, tokenType },
    secret: env.LOOPWELL_SECRET ?? '',
  };
}

function isProtected(address: string): boolean {
  const url = new URL(address);
  const socket =
    url.searchParams.get('host')?.startsWith('/') ||
    url.hostname === '' ||
    decodeURIComponent(url.hostname).startsWith('/');
  return socket || ['require', 'verify-ca', 'verify-full'].includes(url.searchParams.get('sslmode') ?? '');
}
