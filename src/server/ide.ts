import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** A party of the demo network that the IDE may ask as. */
export interface IdeParty {
  as: string;
  label: string;
  token: string;
}

export interface IdeOptions {
  /** The demo's parties and their tokens. Leave out everywhere else: the page then asks for a bearer token. */
  tokens?: () => Promise<IdeParty[]>;
  /** The built page: dist/ide. */
  root: string;
}

/**
 * Nothing may be loaded from, or sent to, another origin. 'self' in connect-src covers the WebSocket. The editor positions
 * its lines with inline styles and carries its fonts as data; it evaluates no strings as code.
 */
export const IDE_CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "font-src 'self' data:",
  "img-src 'self' data:",
  "connect-src 'self'",
  "worker-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const A_YEAR = 'public, max-age=31536000, immutable';

/** Serves the IDE at /ide/. */
export async function registerIde(app: FastifyInstance, { tokens, root }: IdeOptions): Promise<void> {
  if (!existsSync(join(root, 'index.html'))) {
    throw new Error(`The IDE cannot be served: ${root} holds no index.html. Build it with: npm run build`);
  }
  await app.register(async (ide) => {
    ide.addHook('onSend', async (_request, reply) => secure(reply));
    ide.get('/ide', (_request, reply) => reply.redirect('/ide/'));
    if (tokens) {
      ide.get('/ide/tokens.json', async (_request, reply) => {
        reply.header('cache-control', 'no-store');
        return tokens();
      });
    }
    await ide.register(fastifyStatic, {
      root,
      prefix: '/ide/',
      // other static pages of the hub may want reply.sendFile for themselves
      decorateReply: false,
      dotfiles: 'ignore',
      cacheControl: false,
      setHeaders: (reply, path) => reply.setHeader('cache-control', isHashed(path) ? A_YEAR : 'no-cache'),
    });
  });
}

// Vite puts every file whose name contains its content's hash, and only those, into assets/.
const isHashed = (path: string) => /[\\/]assets[\\/]/.test(path);

function secure(reply: FastifyReply): void {
  reply.headers({
    'content-security-policy': IDE_CONTENT_SECURITY_POLICY,
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
  });
}
