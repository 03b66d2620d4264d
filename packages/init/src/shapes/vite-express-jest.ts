// gantry-ignore-file undeclared: the repositories below are text

import { gitignore, json, lines, type Shape } from './shape.ts'

const client = {
  'client/package.json': json({
    name: 'client',
    private: true,
    type: 'module',
    scripts: { dev: 'vite', build: 'vite build', test: 'node --test --watch' },
    dependencies: {},
    devDependencies: { vite: '8.3.8' },
  }),
  'client/index.html': lines(
    '<!doctype html>',
    '<html lang="en">',
    '  <head><title>Notes</title></head>',
    '  <body><ul id="notes"></ul><script type="module" src="/src/main.js"></script></body>',
    '</html>',
  ),
  'client/src/title.js': lines("export const title = note => note.trim() || 'Untitled'"),
  'client/src/main.js': lines(
    "import { title } from './title.js'",
    '',
    'const answer = await fetch(import.meta.env.VITE_API_URL + "/notes")',
    'for (const note of await answer.json()) {',
    "  const item = document.createElement('li')",
    '  item.textContent = title(note)',
    "  document.querySelector('#notes').append(item)",
    '}',
  ),
  'client/src/title.test.js': lines(
    "import assert from 'node:assert/strict'",
    "import { test } from 'node:test'",
    "import { title } from './title.js'",
    '',
    "test('names what has no name', () => assert.equal(title(' '), 'Untitled'))",
  ),
}

const server = {
  'server/package.json': json({
    name: 'server',
    private: true,
    scripts: { start: 'node src/server.js', test: 'jest --watch', 'test:ci': 'jest --ci' },
    dependencies: { express: '5.3.0' },
    devDependencies: { jest: '30.5.2' },
  }),
  'server/src/notes.js': lines(
    'exports.newest = notes => notes.toSorted((a, b) => b.at - a.at).map(({ text }) => text)',
  ),
  'server/src/server.js': lines(
    "const express = require('express')",
    "const { newest } = require('./notes.js')",
    '',
    'const app = express()',
    "app.get('/health', (_, answer) => answer.send('ok'))",
    "app.get('/notes', (_, answer) => answer.json(newest([{ at: 1, text: 'first' }])))",
    'app.listen(process.env.PORT ?? 3000, () => console.log(process.env.SESSION_SECRET ? "signed" : "unsigned"))',
  ),
  'server/src/notes.test.js': lines(
    "const { newest } = require('./notes.js')",
    '',
    "test('puts the newest first', () => {",
    "  expect(newest([{ at: 1, text: 'a' }, { at: 2, text: 'b' }])).toEqual(['b', 'a'])",
    '})',
  ),
}

/** Plain JavaScript, scripts that wait for changes, a root lint that repairs, an older pnpm and a pinned Node. */
export const viteExpressJest: Shape = {
  name: 'vite-express-jest',
  files: {
    '.gitignore': gitignore,
    '.nvmrc': 'v22\n',
    'README.md': 'Notes, in two folders.\n',
    '.env.example': lines('# written by hand', 'VITE_API_URL=http://localhost:3000'),
    'package.json': json({
      name: 'notes',
      private: true,
      packageManager: 'pnpm@9.15.9',
      scripts: { lint: 'oxlint --fix client/src server/src', test: 'echo "Error: no test specified" && exit 1' },
      devDependencies: { oxlint: '1.30.0' },
    }),
    'pnpm-workspace.yaml': lines('packages:', '  - client', '  - server', '  - tools/*'),
    'supabase/migrations/20260101000000_notes.sql': 'create table notes (id bigint primary key, text text not null);\n',
    ...client,
    ...server,
  },
  byHand: [
    'pnpm install --frozen-lockfile',
    'pnpm exec oxlint client/src server/src',
    'pnpm --filter client exec node --test',
    'pnpm --filter server run test:ci',
    'pnpm --filter client run build',
  ],
  broken: {
    'client/src/title.js': lines("export const title = note => note.trim() || 'Nothing'"),
  },
  brokenAt: 'Test',
}
