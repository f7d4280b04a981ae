// Mercurius with JIT and loaders on the hub's own views: one transaction a request as the hub's viewer, one prepared statement
// a level, rows made into objects by pg alone.
import Fastify from 'fastify';
import { GraphQLScalarType } from 'graphql';
import mercurius from 'mercurius';
import pg from 'pg';
import { announce, connection, poolSize, settings } from './peer.mjs';

const schema = `
  scalar DateTime
  scalar Date
  type Query { referrals(first: Int): ReferralConnection! }
  type ReferralConnection { nodes: [Referral!]! }
  type Referral { id: ID! reference: String! status: String! receivedAt: DateTime! person: Person service: Service
    contacts(first: Int): ContactConnection! measurements(first: Int): MeasurementConnection! }
  type Person { id: ID! name: String birthDate: Date nhsNumber: String }
  type Service { id: ID! name: String! organisation: Organisation! }
  type Organisation { id: ID! name: String! }
  type ContactConnection { nodes: [Contact!]! }
  type Contact { id: ID! at: DateTime! attendance: String minutes: Int mode: String }
  type MeasurementConnection { nodes: [Measurement!]! }
  type Measurement { id: ID! occasion: String! takenOn: Date! items: [MeasurementItem!]! }
  type MeasurementItem { key: String! value: Float! }`;

const referrals = `select id, reference, status, received_at as "receivedAt", person_id, service_id from graph.referral_list
  order by listed_at desc, id limit $1`;
const persons = `select id, name, birth_date as "birthDate", nhs_number as "nhsNumber" from graph.person where id = any ($1)`;
const services = 'select id, name, organisation_id from graph.service where id = any ($1)';
const organisations = 'select id, name from graph.organisation where id = any ($1)';
const contacts = `select c.* from unnest($1::uuid[]) k (id) cross join lateral (select referral_id, id, at, attendance, minutes, mode
  from graph.contact where referral_id = k.id order by at, id limit $2) c`;
const measurements = `select m.* from unnest($1::uuid[]) k (id) cross join lateral (select referral_id, id, occasion, taken_on as "takenOn"
  from graph.measurement where referral_id = k.id order by taken_on, id limit $2) m`;
const items = `select measurement_id, key, value from graph.measurement_item where measurement_id = any ($1) order by measurement_id, position`;

/** Loads the rows that these columns of the parents name: `pick` makes each parent's answer of them. */
const byId = (name, text, column) =>
  loader(async (queries, { query }) => {
    const rows = await query(name, text, [[...new Set(queries.map(({ obj }) => obj[column]))]]);
    const found = new Map(rows.map((row) => [row.id, row]));
    return queries.map(({ obj }) => found.get(obj[column]) ?? null);
  });
const pages = (name, text, column) =>
  loader(async (queries, { query }) => {
    const rows = await query(name, text, [queries.map(({ obj }) => obj.id), queries[0].params.first ?? 25]);
    return grouped(queries, rows, column).map((nodes) => ({ nodes }));
  });
const lists = (name, text, column) =>
  loader(async (queries, { query }) =>
    grouped(queries, await query(name, text, [queries.map(({ obj }) => obj.id)]), column),
  );
// the cache would stringify every parent; within one request nothing is asked for twice here
const loader = (load) => ({ loader: load, opts: { cache: false } });

function grouped(queries, rows, column) {
  const groups = new Map(queries.map(({ obj }) => [obj.id, []]));
  for (const row of rows) groups.get(row[column]).push(row);
  return queries.map(({ obj }) => groups.get(obj.id));
}

pg.types.setTypeParser(pg.types.builtins.DATE, (text) => text);
const pool = new pg.Pool({ ...connection, max: poolSize });
const settled = Object.entries(settings).map(
  ([name, value]) => `set_config('${name}', ${pg.escapeLiteral(value)}, true)`,
);

async function begin() {
  const client = await pool.connect();
  await client.query(`begin; select ${settled.join(', ')}`);
  let last = Promise.resolve();
  // loaders of one level ask side by side, but a connection answers one statement at a time
  const query = (name, text, values) => {
    const turn = last.then(async () => (await client.query({ name, text, values })).rows);
    last = turn.catch(() => undefined);
    return turn;
  };
  return { client, query };
}

const app = Fastify();
app.register(mercurius, {
  schema,
  jit: 1,
  context: begin,
  resolvers: {
    DateTime: new GraphQLScalarType({ name: 'DateTime', serialize: (value) => value.toISOString() }),
    Query: {
      referrals: async (_root, { first }, { query }) => ({ nodes: await query('referrals', referrals, [first ?? 25]) }),
    },
  },
  loaders: {
    Referral: {
      person: byId('persons', persons, 'person_id'),
      service: byId('services', services, 'service_id'),
      contacts: pages('contacts', contacts, 'referral_id'),
      measurements: pages('measurements', measurements, 'referral_id'),
    },
    Service: { organisation: byId('organisations', organisations, 'organisation_id') },
    Measurement: { items: lists('items', items, 'measurement_id') },
  },
});
await app.ready();
app.graphql.addHook('onResolution', async (_execution, { client }) => {
  try {
    await client.query('commit');
  } finally {
    client.release();
  }
});
await app.listen({ port: 0, host: '127.0.0.1' });
announce(app.server);
