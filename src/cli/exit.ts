/** Exit codes of every command (DEVEX): scripts may rely on them. */
export const exitCode = {
  fault: 1,
  usage: 2,
  config: 3,
  dependencyDown: 4,
  dataRejected: 5,
  checkFailed: 6,
  interrupted: 130,
} as const;

/** Ends the command with a message for people and a code for scripts. */
export class CommandError extends Error {
  constructor(
    message: string,
    readonly code: number,
  ) {
    super(message);
  }
}

/** Data goes to stdout; whatever else there is to say goes to stderr. */
export const say = (text: string) => void process.stderr.write(`${text}\n`);
