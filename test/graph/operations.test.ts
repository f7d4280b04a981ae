import { readdirSync, readFileSync } from 'node:fs';
import * as path from 'node:path';
import { getOperationAST, parse, type OperationDefinitionNode } from 'graphql';
import type { Viewer } from '../../src/access';
import { asIdentity } from '../../src/database';
import { planOf } from '../../src/graph';
import { TestHub } from '../support/hub';
import { tellStories } from '../support/story';

const FOLDER = path.join(__dirname, '../../schema/operations');
const files = readdirSync(FOLDER).filter((name) => name.endsWith('.graphql'));

/** Answered by the plain executor on purpose: signed cursors, a note of what was missing, counts that functions suppress. */
const PLAIN = new Set(['feedback.graphql', 'check-eligibility.graphql', 'network-counts.graphql']);
/** Growing tables that hold persons or what was done for them: an operation must find its rows there by an index. */
const GROWING = ['person', 'source_record', 'referral', 'referral_party', 'contact', 'measurement', 'party_feed'];

describe('the operations clients are shown', () => {
  let hub: TestHub;
  let viewer: Viewer;

  beforeAll(async () => {
    hub = await TestHub.start();
    await tellStories(hub, 15);
    viewer = await hub.hub.authenticator.viewerOf(`Bearer ${await hub.token('linkWorker')}`);
  }, 60_000);
  afterAll(() => hub.stop());

  const read = (file: string) => readFileSync(path.join(FOLDER, file), 'utf8');
  const variablesOf = async (file: string): Promise<Record<string, unknown>> => {
    try {
      const text = read(file.replace('.graphql', '.variables.json')).replace('org_…', await hub.organisation('ZPC01'));
      const some = `{ feedback(first: 1) { nodes { id } } services(first: 1) { nodes { id } }
        referrals(filter: { status: [ACCEPTED, WAITING, ACTIVE], kind: LINK_WORKER }, first: 1) { nodes { id } } }`;
      const { feedback, services, referrals } = await hub.read('linkWorker', some);
      const filled = Object.entries({ evt: feedback, srv: services, ref: referrals }).reduce(
        (json, [prefix, { nodes }]) => json.replace(`${prefix}_…`, nodes[0].id),
        text,
      );
      return JSON.parse(filled) as Record<string, unknown>;
    } catch {
      return {};
    }
  };
  const queries = files.filter(
    (file) => (getOperationAST(parse(read(file)), null) as OperationDefinitionNode).operation === 'query',
  );

  it.each(files.filter((file) => !read(file).includes('subscription ')))(
    '%s is carried out without an error',
    async (file) => {
      const answer = await hub.ask(
        file.startsWith('create') ? 'gp' : 'linkWorker',
        read(file),
        await variablesOf(file),
      );
      expect(answer.errors).toBeUndefined();
      for (const payload of Object.values(answer.data)) expect(payload?.userErrors ?? []).toEqual([]);
    },
  );

  it.each(queries.filter((file) => !PLAIN.has(file)))(
    '%s is one statement, and finds people and their referrals by indexes',
    async (file) => {
      const document = parse(read(file));
      const operation = getOperationAST(document, null) as OperationDefinitionNode;
      const found = hub.hub.services.reads.statementOf({
        key: file,
        document,
        operation,
        variables: await variablesOf(file),
      });
      expect(found).toBeDefined();
      // the test's tables are small, so a plan that could use an index is asked for by making scans dear
      const lines = await asIdentity(hub.hub.services.database, viewer, async (tx) => {
        await tx.run('set local enable_seqscan = off', []);
        return found ? planOf(tx, found.statement, found.values) : [];
      });
      const scans = lines
        .map((line) => /Seq Scan on (\w+)/.exec(line)?.[1])
        .filter((table) => table && GROWING.includes(table));
      expect(scans).toEqual([]);
    },
  );
});
