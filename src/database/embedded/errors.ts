/** Every failure to run the embedded PostgreSQL ends with the way round it: a PostgreSQL of the operator's own. */
export class EmbeddedPostgresError extends Error {
  constructor(problem: string, remedy?: string) {
    const otherwise = 'set DATABASE_URL to a PostgreSQL server of your own';
    super(`Embedded PostgreSQL: ${problem} To go on: ${remedy ? `${remedy}, or ${otherwise}` : otherwise}.`);
    this.name = 'EmbeddedPostgresError';
  }
}
