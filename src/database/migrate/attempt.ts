import type { QueryRunner } from 'typeorm';

/** Runs a statement, and says of one that fails where it stands. */
export async function attempt(runner: QueryRunner, where: string, text: string): Promise<void> {
  try {
    await runner.query(text);
  } catch (error) {
    const { message, code } = error as Error & { code?: string };
    throw Object.assign(new Error(`${where}: ${message}`, { cause: error }), { code });
  }
}
