import { Client } from 'pg';
import { migrateDown, migrateUp, printCatalogue, readBuild, referenceTables } from '../../src/database';
import { configFor, createTestDatabase, type TestDatabase } from './database';

export const SERVICE_VIEW = 'modules/directory/service.views.sql';
export const CLOCK = 'database/clock.functions.sql';
export const REASONS = 'modules/vocabulary/reason.data.sql';
export const MORE = `-- More.\ncreate or replace function hub.more(word text) returns text language sql as $$ select word $$;\n`;

/** A migrated database for each test, to be migrated by other builds. */
export class Migrating {
  database!: TestDatabase;
  private connection!: Client;

  constructor() {
    beforeEach(async () => {
      this.database = await createTestDatabase();
      this.connection = new Client(configFor(this.database.admin, this.database.name));
      await this.connection.connect();
    });
    afterEach(async () => {
      await this.connection.end();
      await this.database.drop();
    });
  }

  readonly up = (build = readBuild()) => migrateUp(this.database.admin, this.database.name, build);
  readonly down = (build = readBuild(), steps = false) =>
    migrateDown(this.database.admin, this.database.name, { build, steps });
  readonly catalogue = () => printCatalogue(this.connection, referenceTables());
  readonly rows = <Row = Record<string, unknown>>(text: string) => this.database.asAdmin<Row>(text);
  readonly one = async <Row = Record<string, unknown>>(text: string) => (await this.database.asAdmin<Row>(text))[0];
}
