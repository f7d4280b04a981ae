export { type Build, readBuild } from './build';
export { referenceTables } from './definitions';
export { type Migrated, migrateDown, migrateUp } from './migrate';
export { MigrationRefused, whyUnready } from './state';
