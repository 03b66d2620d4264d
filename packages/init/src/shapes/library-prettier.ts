import { json, lines, type Shape } from './shape.ts'

/** One published package and nothing that is deployed; Prettier looks at every file, in a style that is nobody's default. */
export const libraryPrettier: Shape = {
  name: 'library-prettier',
  isQuick: true,
  files: {
    '.gitignore': lines('node_modules', '.env'),
    '.prettierrc': lines('tabWidth: 4', 'singleQuote: true', 'printWidth: 100', 'overrides: []'),
    '.prettierignore': lines('pnpm-lock.yaml', 'package.json'),
    'README.md': '# Slugs\n',
    'package.json': json({
      name: 'slugs',
      version: '1.0.0',
      type: 'module',
      packageManager: 'pnpm@10.34.9',
      exports: './src/index.js',
      files: ['src'],
      scripts: { lint: 'prettier --check .', format: 'prettier --write .', test: 'node --test' },
      devDependencies: { express: '5.3.0', prettier: '3.10.1' },
    }),
    'src/index.js': lines("export const slug = (title) => title.trim().toLowerCase().replace(/\\W+/g, '-');"),
    'src/index.test.js': lines(
      "import assert from 'node:assert/strict';",
      "import { test } from 'node:test';",
      "import express from 'express';",
      "import { slug } from './index.js';",
      '',
      "test('joins words', () => assert.equal(slug(' Two Words '), 'two-words'));",
      "test('is served by express', () => assert.equal(typeof express(), 'function'));",
    ),
  },
  byHand: ['pnpm install --frozen-lockfile', 'pnpm lint', 'pnpm test'],
  broken: { 'src/index.js': lines("export const slug = (title) => title.trim().replace(/\\W+/g, '-');") },
  brokenAt: 'Test',
}
