// Runs our TypeScript in a process that a test starts: node <this file> script.ts [argument…]
import Module, { createRequire } from 'node:module';
import { transformFileSync } from '@swc/core';

Module._extensions['.ts'] = (module, file) => {
  module._compile(transformFileSync(file).code, file);
};
process.argv.splice(1, 1);
createRequire(import.meta.url)(process.argv[1]);
