#!/usr/bin/env node
// The `loopwell` command. Paths among its arguments count from the caller's directory, so that is left as it is.
import { bootstrap } from './bootstrap.mjs';

process.exitCode = await bootstrap('dist/src/cli/main.js', process.argv.slice(2));
