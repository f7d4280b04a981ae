import 'reflect-metadata';
import { Argument, Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { signDemoToken } from '../access';
import { CANNOT_CONNECT_NOW, MigrationRefused, migrateDown } from '../database';
import { EmbeddedPostgresError } from '../database/embedded';
import { projectRoot, readEnvironment } from './config';
import { explainUnreachable, migrate } from './database';
import { demoParties } from './demo-parties';
import { writeDocs } from './docs';
import { CommandError, exitCode, say } from './exit';
import { explain } from './explain';
import { importFiles } from './import';
import { closeOrganisation, decideReview, listReviews, mergeOrganisation, practitionerLeaves } from './operate';
import { printSdl } from './schema';
import { demo, serve } from './serve';
import { revokeTokens } from './revoke';
import { subscribe } from './subscribe';
import { webhooks } from './webhooks';
import * as path from 'node:path';

const DATA_DIR = path.join(projectRoot, '.loopwell', 'data');
const dataDir = () =>
  new Option('--data-dir <folder>', 'where the embedded PostgreSQL keeps its data').default(DATA_DIR, '.loopwell/data');

const program = new Command('loopwell')
  .description(
    'The social prescribing graph: one GraphQL schema over four sectors, and a feed that tells every party what became of the people it referred.',
  )
  .showHelpAfterError()
  .exitOverride();

program
  .command('demo')
  .description('start the embedded PostgreSQL, load the demo network, and serve it')
  .option('--port <number>', 'where to listen, on 127.0.0.1', '4000')
  .addOption(dataDir())
  .option('--reset', 'begin again with an empty data directory')
  .action(demo);

program
  .command('serve')
  .description('serve the database of DATABASE_URL to bearers of tokens from LOOPWELL_OIDC_ISSUER')
  .option('--port <number>', 'where to listen', '4000')
  .option('--host <address>', 'which address to listen on', '0.0.0.0')
  .action(serve);

program
  .command('migrate')
  .description('bring the schema of LOOPWELL_MIGRATE_URL (or DATABASE_URL) up to date, or go back to the build before')
  .addArgument(new Argument('[direction]', 'up or down').choices(['up', 'down']).default('up'))
  .option('--steps', 'for down: also take back the steps that came with these definitions, and lose what they hold')
  .addHelpText(
    'after',
    '\nTo go back: `loopwell migrate down` with the newer build, then `loopwell migrate` with the older one.',
  )
  .action(migrateCommand);

program
  .command('import')
  .description('import files of a sector: bars, fhir, csds, asc-cld, oruk')
  .argument('<format>', 'bars | fhir | csds | asc-cld | oruk')
  .argument('<files...>', 'files or folders')
  .option('--organisation <ODS>', 'whose data it is, unless the file says')
  .option('--json', 'the summary as JSON')
  .addOption(dataDir())
  .addHelpText(
    'after',
    '\nExample:\n  npx loopwell import bars referral.json\n  npx loopwell import csds demo/files/csds --organisation ZR1',
  )
  .action(importFiles);

program
  .command('token')
  .description('print a token of the demo')
  .addOption(new Option('--as <party>', 'who to be').choices(Object.keys(demoParties)).makeOptionMandatory())
  .option('--expires <time>', 'how long it lasts, such as 12h or 30s', lifetime, '12h')
  .action(async ({ as, expires }: { as: string; expires: string }) => {
    process.stdout.write(`${await signDemoToken(demoParties[as]?.claims() ?? { roles: [] }, expires)}\n`);
  });

program
  .command('revoke')
  .description('refuse tokens from now on: one by its id, or all that somebody was given until now')
  .option('--token <jti>', 'the token of this id, or the token itself')
  .option('--practitioner <id>', "all tokens of this practitioner, by the directory's id")
  .option('--organisation <ODS>', 'all tokens of this organisation')
  .requiredOption('--reason <text>', 'why, for the record; names no patient')
  .addOption(dataDir())
  .addHelpText('after', '\nExample:\n  npx loopwell revoke --practitioner R8101 --reason "left the organisation"')
  .action(revokeTokens);

program
  .command('webhooks')
  .description("push an organisation's feed to an address of its own, by signed requests (Standard Webhooks)")
  .addArgument(new Argument('<action>', 'what to do').choices(['add', 'list', 'retry', 'rotate', 'remove']))
  .argument('[id]', 'the webhook, for retry, rotate and remove')
  .option('--organisation <ODS>', 'for add: whose feed')
  .option('--url <address>', 'for add: where to, by https')
  .option('--from-start', 'for add: from the oldest event kept, rather than from now on')
  .option('--json', 'for list: as JSON')
  .addOption(dataDir())
  .addHelpText(
    'after',
    '\nExample:\n  npx loopwell webhooks add --organisation ZV001 --url https://charity.example/loopwell',
  )
  .action(webhooks);

program
  .command('subscribe')
  .description("print a party's feed as it grows, one JSON a line")
  .addOption(new Option('--as <party>', 'whose feed, in the demo').choices(Object.keys(demoParties)))
  .option('--token <token>', 'the bearer token of whose feed it is')
  .option('--url <address>', 'the hub', 'http://127.0.0.1:4000')
  .option('--after <cursor>', 'begin after this place; without it, at the oldest event kept')
  .option('--new', 'begin after the newest event there is')
  .option('--heartbeats', 'print those too')
  .addHelpText('after', '\nExample:\n  npx loopwell subscribe --as link-worker --new')
  .action(subscribe);

program
  .command('explain')
  .description('print the SQL a query compiles to in the demo, and its plan')
  .argument('<file>', 'a file with one GraphQL query')
  .addOption(new Option('--as <party>', 'who asks').choices(Object.keys(demoParties)).default('link-worker'))
  .option('--variables <json>', 'variables, as JSON or a file of it; otherwise <file>.variables.json')
  .option('--analyze', 'carry it out and show what it took')
  .addOption(dataDir())
  .action(explain);

const organisation = program.command('organisation').description('say that an organisation is no more');
organisation
  .command('close')
  .description('close one: its open referrals go back to who sent them, its access ends')
  .argument('<ODS>', 'its ODS code')
  .addOption(dataDir())
  .action(closeOrganisation);
organisation
  .command('merge')
  .description('merge one into another of its sector, which takes over its codes, staff, services and referrals')
  .argument('<ODS>', 'the one that ends')
  .argument('<into>', 'the one that goes on')
  .addOption(dataDir())
  .action(mergeOrganisation);

program
  .command('practitioner')
  .description('say that somebody left')
  .command('leave')
  .description('refuse their token from now on, and leave their open referrals to be assigned anew')
  .argument('<id>', 'as the network file and tokens name them')
  .addOption(dataDir())
  .action(practitionerLeaves);

const review = program.command('review').description('decide on pairs that may be one person');
review
  .command('list')
  .description('where each pair agrees, one JSON a line; never the values')
  .addOption(dataDir())
  .action(listReviews);
review
  .command('merge')
  .description('they are one person; can be undone')
  .argument('<id>', 'of the review')
  .addOption(dataDir())
  .action((id: string, options: { dataDir: string }) => decideReview(id, 'MERGED', options));
review
  .command('separate')
  .description('they are two; undoes a merge')
  .argument('<id>', 'of the review')
  .addOption(dataDir())
  .action((id: string, options: { dataDir: string }) => decideReview(id, 'SEPARATE', options));

program
  .command('schema')
  .description('print the schema')
  .addArgument(new Argument('<what>', 'what to do with it').choices(['print']))
  .option('--write', 'into schema/loopwell.graphql')
  .action((_what: string, options: { write?: boolean }) => printSdl(options));

program.command('docs').description('write the generated parts of docs/').action(writeDocs);

async function migrateCommand(direction: string, options: { steps?: boolean }): Promise<void> {
  const env = readEnvironment();
  const url = env.LOOPWELL_MIGRATE_URL ?? env.DATABASE_URL;
  if (!url) throw new CommandError('LOOPWELL_MIGRATE_URL is missing: who may change the schema.', exitCode.config);
  if (direction === 'down') {
    const taken = await migrateDown(url, undefined, options).catch(explainUnreachable);
    say(`definitions taken away, ${taken.length ? `and the steps ${taken.join(', ')}` : 'no step'}`);
    return;
  }
  const { steps, defined } = await migrate(url, env.DATABASE_URL);
  say(`${steps} steps applied, definitions ${defined ? 'made anew' : 'as they were'}`);
}

function lifetime(text: string): string {
  if (!/^\d+ ?[smhd]$/.test(text)) throw new InvalidArgumentError('Give a number and a unit: 30s, 15m, 12h or 7d.');
  return text;
}

/** One line for people, one code for scripts; a stack only for what nobody expected. */
function endWith(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : exitCode.usage;
  if (error instanceof CommandError) {
    say(`loopwell: ${error.message}`);
    return error.code;
  }
  if (error instanceof MigrationRefused) {
    say(`loopwell: ${error.message}`);
    return exitCode.config;
  }
  if ((error as { code?: string }).code === CANNOT_CONNECT_NOW) {
    say('loopwell: The database is between two builds: run `loopwell migrate` with the one that is to serve.');
    return exitCode.dependencyDown;
  }
  if (error instanceof EmbeddedPostgresError) {
    say(`loopwell: ${error.message}`);
    return exitCode.dependencyDown;
  }
  say(`loopwell: ${(error as Error).stack ?? String(error)}`);
  return exitCode.fault;
}

program.parseAsync().then(
  () => process.exit(),
  (error: unknown) => process.exit(endWith(error)),
);
