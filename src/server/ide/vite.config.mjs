import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  root: here('.'),
  base: '/ide/',
  publicDir: false,
  // no settings of the machine that happens to build the page get into it
  envDir: false,
  logLevel: 'warn',
  // the example operations live outside this folder
  server: { fs: { allow: [here('../../..')] } },
  worker: { format: 'es' },
  build: {
    outDir: here('../../../dist/ide'),
    emptyOutDir: true,
    target: 'es2022',
    // the editor alone is above Vite's default warning
    chunkSizeWarningLimit: 4000,
    reportCompressedSize: false,
    rolldownOptions: {
      onLog(level, log, report) {
        // GraphiQL's dependencies carry "use client" by the hundred; it means nothing in a page without a server part
        if (log.code !== 'MODULE_LEVEL_DIRECTIVE') report(level, log);
      },
    },
  },
});
