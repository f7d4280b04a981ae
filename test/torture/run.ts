import 'reflect-metadata';
import { parseArgs } from 'node:util';
import { runTorture } from './torture';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    only: { type: 'string', default: 'all' },
    seconds: { type: 'string', default: '200' },
    'events-per-second': { type: 'string', default: '500' },
    subscribers: { type: 'string', default: '200' },
    webhooks: { type: 'string', default: '4' },
    kills: { type: 'string', default: '50' },
    'postgres-kills': { type: 'string', default: '10' },
    nodes: { type: 'string', default: '3' },
    pairs: { type: 'string', default: '20' },
    backlog: { type: 'string', default: '100000' },
    'frozen-readers': { type: 'string', default: '100' },
    'every-point': { type: 'string', default: '1' },
    output: { type: 'string' },
  },
});

const number = (name: keyof typeof values) => {
  const value = Number(values[name]);
  if (!Number.isFinite(value) || value < 0) throw new Error(`--${name} ${values[name]} is no number`);
  return value;
};

runTorture(
  {
    seed: number('seed'),
    seconds: number('seconds'),
    eventsPerSecond: number('events-per-second'),
    subscribers: number('subscribers'),
    webhooks: number('webhooks'),
    kills: number('kills'),
    postgresKills: number('postgres-kills'),
    nodes: number('nodes'),
    pairs: number('pairs'),
    backlog: number('backlog'),
    frozenReaders: number('frozen-readers'),
    everyPoint: number('every-point'),
    say: (text) => process.stderr.write(`${new Date().toISOString().slice(11, 19)} ${text}\n`),
  },
  values.only,
  values.output,
).then(
  (held) => process.exit(held ? 0 : 1),
  (error: Error) => {
    process.stderr.write(`${error.stack}\n`);
    process.exit(1);
  },
);
