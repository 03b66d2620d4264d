// gantry-ignore-file undeclared: the repository below is text

import { json, lines, type Shape } from './shape.ts'

/** One package at the top, ESLint's stylistic rules as the only formatter, `.env*` out of git. */
export const eslintSingle: Shape = {
  name: 'eslint-single',
  isQuick: true,
  files: {
    '.gitignore': lines('node_modules', '.env*'),
    'README.md': '# Rates\n',
    'package.json': json({
      name: 'rates',
      private: true,
      type: 'module',
      packageManager: 'pnpm@10.34.9',
      scripts: { start: 'node src/server.ts', lint: 'eslint . --max-warnings 0', test: 'node --test' },
      devDependencies: { eslint: '10.15.0', '@stylistic/eslint-plugin': '6.0.0' },
    }),
    'eslint.config.js': lines(
      "import stylistic from '@stylistic/eslint-plugin';",
      '',
      'export default [',
      '    {',
      "        files: ['**/*.ts', '**/*.js'],",
      "        plugins: { '@stylistic': stylistic },",
      '        rules: {',
      "            'no-unused-vars': 'error',",
      "            '@stylistic/semi': ['error', 'always'],",
      "            '@stylistic/quotes': ['error', 'single'],",
      "            '@stylistic/indent': ['error', 4],",
      "            '@stylistic/comma-dangle': ['error', 'always-multiline'],",
      "            '@stylistic/eol-last': 'error',",
      '        },',
      '    },',
      '];',
    ),
    'src/rate.ts': lines('export const rate = (from, to) => Math.round((to / from) * 100) / 100;'),
    'src/rate.test.ts': lines(
      "import assert from 'node:assert/strict';",
      "import { test } from 'node:test';",
      "import { rate } from './rate.ts';",
      '',
      "test('keeps two digits', () => assert.equal(rate(3, 4), 1.33));",
    ),
    'src/server.ts': lines(
      "import { createServer } from 'node:http';",
      "import { rate } from './rate.ts';",
      '',
      'const { BANK_API_KEY: key } = process.env;',
      'createServer((request, response) => {',
      "    response.end(request.url === '/health' ? 'ok' : String(rate(1, key?.length ?? 2)));",
      '}).listen(3000);',
    ),
  },
  byHand: ['pnpm install --frozen-lockfile', 'pnpm lint', 'pnpm test'],
  broken: {
    'src/rate.ts': lines('const unused = 1;', 'export const rate = (from, to) => Math.round((to / from) * 100) / 100;'),
  },
  brokenAt: 'Lint',
}
