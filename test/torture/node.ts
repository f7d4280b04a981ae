import 'reflect-metadata';
import { createLogger } from '../../src/kernel';
import { Hub, type HubOptions } from '../../src/server';

/** One node of the hub in a process of its own, as `loopwell serve` runs it but for whose tokens it trusts. */
const options = JSON.parse(process.env['TORTURE_NODE'] ?? '{}') as Pick<
  HubOptions,
  'address' | 'database' | 'port' | 'secret'
>;

// whoever started it has ended, in whichever way
process.on('disconnect', () => process.exit());
process.on('message', () => process.send?.({ memory: process.memoryUsage() }));

Hub.start({
  ...options,
  trust: { demo: true },
  // its receivers are on this machine
  privateWebhooks: true,
  logger: createLogger('silent'),
}).then(
  (hub) => process.send?.({ port: Number(new URL(hub.url).port) }),
  (error: Error) => {
    process.stderr.write(`a node could not start: ${error.message}\n`);
    process.exit(1);
  },
);
