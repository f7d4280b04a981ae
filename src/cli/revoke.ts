import { decodeJwt } from 'jose';
import { organisationByOds, revoke, type RevocationKind } from '../access';
import { sql, type Transaction } from '../database';
import { CommandError, exitCode, say } from './exit';
import { asOperator } from './operator';

interface RevokeOptions {
  token?: string;
  practitioner?: string;
  organisation?: string;
  reason: string;
  dataDir: string;
}

const findPractitioner = sql('cli.practitioner', 'select id from graph.practitioner where external_id = $1');
const findOrganisation = sql(
  'cli.organisation',
  `select o.id from graph.organisation o where o.id = ${organisationByOds('$1')}`,
);

/** `loopwell revoke`: from its end on no node answers these tokens, and what they have open is being closed. */
export async function revokeTokens(options: RevokeOptions): Promise<void> {
  const named = [options.token, options.practitioner, options.organisation].filter((each) => each !== undefined);
  if (named.length !== 1)
    throw new CommandError('Name one: --token, --practitioner or --organisation.', exitCode.usage);
  const [kind, value] = await asOperator('revoke', options, async (tx) => {
    const found = await target(tx, options);
    await revoke(tx, ...found, options.reason);
    return found;
  });
  say(kind === 'TOKEN' ? `The token ${value} is refused.` : 'Whatever was given to it until now is refused.');
}

/** Whoever has lost a token may have it, and not its id. */
function idOf(given: string): string {
  if (!/^[\w-]+\.[\w-]+\.[\w-]*$/.test(given)) return given;
  try {
    const { jti } = decodeJwt(given);
    if (jti) return jti;
  } catch {
    // no token after all; nor an id that anybody would give one
  }
  const remedy = 'revoke what its --practitioner or --organisation was given';
  throw new CommandError(`That token has no id (jti): ${remedy}.`, exitCode.usage);
}

async function target(tx: Transaction, options: RevokeOptions): Promise<[RevocationKind, string]> {
  if (options.token !== undefined) return ['TOKEN', idOf(options.token)];
  const found = options.practitioner
    ? await tx.one<{ id: string }>(findPractitioner, [options.practitioner])
    : await tx.one<{ id: string }>(findOrganisation, [options.organisation]);
  if (!found) throw new CommandError('The directory has nobody of that id.', exitCode.usage);
  return [options.practitioner ? 'PRACTITIONER' : 'ORGANISATION', found.id];
}
