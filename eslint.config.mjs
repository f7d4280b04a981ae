import js from '@eslint/js';
import ts from 'typescript-eslint';
import importX from 'eslint-plugin-import-x';

// Imports go one way: each layer may use those before it, never those after it.
const layers = ['kernel', 'database', 'access', 'feed', 'graph', 'modules', 'connectors', 'server', 'cli'];
const oneWay = layers.map((layer, i) => ({
  target: `./src/${layer}`,
  from: layers.slice(i + 1).map((later) => `./src/${later}`),
  message: `${layer} may import only: ${layers.slice(0, i).join(', ') || 'nothing of ours'}.`,
}));
// Modules form a line too: a later one may import an earlier one, through its index.ts.
const modules = [
  'organisations', 'people', 'directory', 'consent', 'referrals', 'support', 'outcomes', 'feedback',
  'vocabulary', 'programmes', 'capacity', 'counting', 'eligibility',
  'self', 'crisis', 'safeguarding',
]; // prettier-ignore
const downstream = modules.map((name, i) => ({
  target: `./src/modules/${name}`,
  from: modules.slice(i + 1).map((later) => `./src/modules/${later}`),
  message: `modules/${name} comes before these; let the downstream module add the field.`,
}));

export default ts.config(
  { ignores: ['dist', 'node_modules', 'test/fixtures', '.loopwell', 'bench/peers/node_modules'] },
  js.configs.recommended,
  ...ts.configs.recommended,
  {
    plugins: { 'import-x': importX },
    rules: {
      'import-x/no-restricted-paths': ['error', { zones: [...oneWay, ...downstream].filter((z) => z.from.length) }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            { group: ['**/modules/*/*', '!**/modules/*/index'], message: 'Reach a module through its index.ts.' },
          ],
        },
      ],
      'max-lines': ['error', { max: 400 }],
      eqeqeq: ['error', 'always', { null: 'ignore' }],
    },
  },
  {
    // the IDE's page runs in a browser
    files: ['src/server/ide/*.{js,jsx}'],
    languageOptions: {
      parserOptions: { ecmaFeatures: { jsx: true } },
      globals: {
        document: 'readonly',
        fetch: 'readonly',
        FormData: 'readonly',
        location: 'readonly',
        sessionStorage: 'readonly',
        URL: 'readonly',
        URLSearchParams: 'readonly',
      },
    },
  },
  {
    files: ['**/*.mjs'],
    languageOptions: {
      globals: {
        process: 'readonly',
        console: 'readonly',
        URL: 'readonly',
        Buffer: 'readonly',
        setTimeout: 'readonly',
      },
    },
  },
);
