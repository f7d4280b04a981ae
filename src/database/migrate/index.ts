export { type Build, readBuild } from './build';
export { referenceTables } from './definitions';
export { type Migrated, migrateDown, migrateUp } from './migrate';
export { MigrationRefused } from './refused';
export { whyUnready } from './state';
