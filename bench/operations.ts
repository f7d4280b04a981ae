import { createHash } from 'node:crypto';
import { getOperationAST, parse, type OperationDefinitionNode } from 'graphql';
import { Authenticator, signDemoToken, type Viewer } from '../src/access';
import { Database, SESSION_OPTIONS, settingsOf } from '../src/database';
import { audited, CompiledReads, readMessage, type Services } from '../src/graph';
import { createLogger } from '../src/kernel';
import { hubSchema } from '../src/server';
import { BENCH_ORGANISATION } from './data';
import type { LimitJob } from './servers/limit';

/** Where the data is, as the hub logs in. */
export interface Place {
  address: { host: string; port: number; user: string };
  database: string;
}

/** One organisation's newest referrals, each with person, service, its organisation, contacts and measurements. */
export const DASHBOARD = `query Dashboard($rows: Int) { referrals(first: $rows) { nodes { id reference status receivedAt
  person { id name birthDate nhsNumber } service { id name organisation { id name } }
  contacts(first: 25) { nodes { id at attendance minutes mode } }
  measurements(first: 25) { nodes { id occasion takenOn items { key value } } } } } }`;

/** The same in PostGraphile's words; its aliases cost nothing. */
const POSTGRAPHILE = `query Dashboard($rows: Int) {
  referrals: allReferralLists(first: $rows, orderBy: [LISTED_AT_DESC, ROW_ID_ASC]) { nodes { id: rowId reference status receivedAt
    person: personByPersonId { id: rowId name birthDate nhsNumber }
    service: serviceByServiceId { id: rowId name organisation: organisationByOrganisationId { id: rowId name } }
    contacts: contactsByReferralId(first: 25, orderBy: [AT_ASC, ROW_ID_ASC]) { nodes { id: rowId at attendance minutes mode } }
    measurements: measurementsByReferralId(first: 25, orderBy: [TAKEN_ON_ASC, ROW_ID_ASC]) { nodes { id: rowId occasion takenOn
      items: measurementItemsByMeasurementId(orderBy: POSITION_ASC) { nodes { key value } } } } } } }`;

/** The dashboard query as each server is asked it; Mercurius's schema is the hub's, as far as it goes. */
export const dashboardFor = (server: string, rows: number) =>
  JSON.stringify({ query: server === 'postgraphile' ? POSTGRAPHILE : DASHBOARD, variables: { rows } });

export const ACCEPT = `mutation Accept($input: ReferralActionInput!) { acceptReferral(input: $input) { referral { id status version }
  userErrors { code message path } } }`;

export const benchToken = () =>
  signDemoToken({ org: BENCH_ORGANISATION, roles: ['link-worker'], purpose: 'direct-care' });

export const authorization = async () => ({ authorization: `Bearer ${await benchToken()}` });

const logger = createLogger('error');

async function asViewer<Result>(
  place: Place,
  work: (viewer: Viewer, opened: Database) => Promise<Result>,
): Promise<Result> {
  const opened = await Database.open({ ...place, logger, poolSize: 2 });
  try {
    return await work(await new Authenticator(opened, { demo: true }).viewerOf(`Bearer ${await benchToken()}`), opened);
  } finally {
    await opened.close();
  }
}

/** What the limit sends for the dashboard query: exactly what the hub sends. */
export const dashboardJob = (place: Place, rows: number, poolSize: number): Promise<LimitJob> =>
  asViewer(place, async (viewer, database) => {
    const document = parse(DASHBOARD);
    const operation = getOperationAST(document, null) as OperationDefinitionNode;
    const reads = new CompiledReads(await hubSchema(), { database, logger } as Services);
    const key = createHash('sha256').update(DASHBOARD).digest('hex');
    const found = reads.statementOf({ key, document, operation, variables: { rows } });
    if (!found?.statement.name) throw new Error('the dashboard query does not compile');
    const { statement, values } = found;
    const name = found.statement.name;
    return {
      connection: { ...place.address, database: place.database, options: SESSION_OPTIONS },
      prepare: [`begin; set local role loopwell_api; prepare ${name} as ${audited(statement)}; commit`],
      messages: [{ text: readMessage(viewer, name, [...values, 'bench', 'Dashboard']) }],
      answer: 0,
      poolSize,
    };
  });

/** The settings of a read's transaction, taken from the very text that the hub sends. */
export const readSettings = (place: Place): Promise<Record<string, string>> =>
  asViewer(place, async (viewer) => {
    const set = settingsOf(viewer, 'loopwell_api', true).matchAll(/set_config\('([^']+)', '([^']*)', true\)/g);
    return Object.fromEntries([...set].map(([, name = '', value = '']) => [name, value]));
  });
