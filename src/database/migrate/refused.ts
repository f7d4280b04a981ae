/** Why a build may not migrate a database; the message names the remedy. */
export class MigrationRefused extends Error {}
