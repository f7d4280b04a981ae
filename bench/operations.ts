import { createHash } from 'node:crypto';
import { getOperationAST, parse, type OperationDefinitionNode } from 'graphql';
import { Authenticator, signDemoToken } from '../src/access';
import { Database } from '../src/database';
import { audited, CompiledReads, readMessage, type Services } from '../src/graph';
import { createLogger } from '../src/kernel';
import { hubSchema } from '../src/server';
import { BENCH_ORGANISATION } from './data';

/** One organisation's newest referrals, each with person, service, its organisation, contacts and measurements. */
export const DASHBOARD = `query Dashboard($rows: Int) { referrals(first: $rows) { nodes { id reference status receivedAt
  person { id name birthDate nhsNumber } service { id name organisation { id name } }
  contacts(first: 25) { nodes { id at attendance minutes mode } }
  measurements(first: 25) { nodes { id occasion takenOn items { key value } } } } } }`;

export const ACCEPT = `mutation Accept($input: ReferralActionInput!) { acceptReferral(input: $input) { referral { id status version }
  userErrors { code message path } } }`;

export const benchToken = () =>
  signDemoToken({ org: BENCH_ORGANISATION, roles: ['link-worker'], purpose: 'direct-care' });

/** What the limit sends for the dashboard query: exactly what the hub sends. */
export async function dashboardJob(
  address: { host: string; port: number; user: string },
  database: string,
  rows: number,
) {
  const logger = createLogger('error');
  const opened = await Database.open({ address, database, logger, poolSize: 2 });
  try {
    const viewer = await new Authenticator(opened, { demo: true }).viewerOf(`Bearer ${await benchToken()}`);
    const document = parse(DASHBOARD);
    const operation = getOperationAST(document, null) as OperationDefinitionNode;
    const reads = new CompiledReads(await hubSchema(), { database: opened, logger } as Services);
    const key = createHash('sha256').update(DASHBOARD).digest('hex');
    const found = reads.statementOf({ key, document, operation, variables: { rows } });
    if (!found?.statement.name) throw new Error('the dashboard query does not compile');
    const { statement, values } = found;
    const name = found.statement.name;
    return {
      connection: { ...address, database },
      prepare: [`begin; set local role loopwell_api; prepare ${name} as ${audited(statement)}; commit`],
      messages: [readMessage(viewer, name, [...values, 'bench', 'Dashboard'])],
      answer: 0,
    };
  } finally {
    await opened.close();
  }
}
