// PostGraphile on the hub's own views, as production would run it: prepared statements, no GraphiQL, no watching, no mutations'
// extras. Views have no keys of their own, so smart tags say which columns are.
import { createServer } from 'node:http';
import { grafserv } from 'postgraphile/grafserv/node';
import { postgraphile } from 'postgraphile';
import { makePgService } from 'postgraphile/adaptors/pg';
import { PostGraphileAmberPreset } from 'postgraphile/presets/amber';
import { pgSmartTags } from 'postgraphile/utils';
import pg from 'pg';
import { announce, connection, poolSize, settings } from './peer.mjs';

const KEYS = {
  referral_list: {
    primaryKey: 'id',
    foreignKey: ['(person_id) references graph.person (id)', '(service_id) references graph.service (id)'],
  },
  person: { primaryKey: 'id' },
  service: { primaryKey: 'id', foreignKey: '(organisation_id) references graph.organisation (id)' },
  organisation: { primaryKey: 'id' },
  contact: { primaryKey: 'id', foreignKey: '(referral_id) references graph.referral_list (id)' },
  measurement: { primaryKey: 'id', foreignKey: '(referral_id) references graph.referral_list (id)' },
  measurement_item: {
    primaryKey: 'measurement_id,key',
    foreignKey: '(measurement_id) references graph.measurement (id)',
  },
};
const keys = Object.entries(KEYS).map(([view, tags]) => ({ kind: 'class', match: `graph.${view}`, tags }));

const instance = postgraphile({
  extends: [PostGraphileAmberPreset],
  plugins: [pgSmartTags(keys)],
  pgServices: [
    makePgService({ pool: new pg.Pool({ ...connection, max: poolSize }), schemas: ['graph'], pubsub: false }),
  ],
  grafserv: { graphqlPath: '/graphql', graphiql: false, watch: false, websockets: false },
  grafast: { explain: false, context: () => ({ pgSettings: settings }) },
});
const server = createServer();
await instance.createServ(grafserv).addTo(server);
server.listen(0, '127.0.0.1', () => announce(server));
