// gantry-ignore-file undeclared: the repositories below are text

import { gitignore, json, lines, type Shape } from './shape.ts'

const web = {
  'frontend/apps/web/package.json': json({
    name: 'web',
    private: true,
    type: 'module',
    scripts: { dev: 'vite', build: 'vite build', lint: 'oxlint src', test: 'node --test' },
    dependencies: { '@vote/db': 'workspace:*' },
    devDependencies: { oxlint: '1.30.0', vite: '8.3.8' },
  }),
  'frontend/apps/web/.env.example': lines(
    '# Where votes are sent',
    '# @type=url',
    'VITE_API_URL=http://localhost:8000',
  ),
  'frontend/apps/web/index.html': lines(
    '<!doctype html>',
    '<title>Vote</title>',
    '<script type="module" src="/src/main.js"></script>',
  ),
  'frontend/apps/web/src/main.js': lines(
    "import { share } from './share.js'",
    '',
    'const answer = await fetch(import.meta.env.VITE_API_URL)',
    'document.title = share(await answer.json())',
  ),
  'frontend/apps/web/src/share.js': lines(
    "export const share = ({ yes, no }) => Math.round((100 * yes) / (yes + no)) + ' %'",
  ),
  'frontend/apps/web/src/share.test.js': lines(
    "import assert from 'node:assert/strict'",
    "import { test } from 'node:test'",
    "import { share } from './share.js'",
    '',
    "test('is of all votes', () => assert.equal(share({ yes: 1, no: 3 }), '25 %'))",
  ),
}

const others = {
  'frontend/packages/db/package.json': json({ name: '@vote/db', private: true, type: 'module', exports: './index.js' }),
  'frontend/packages/db/index.js': lines('export const tables = [process.env.DATABASE_URL]'),
  'frontend/packages/db/drizzle.config.js': lines("export default { dialect: 'postgresql', out: './sql' }"),
  'frontend/packages/db/sql/0000_votes.sql': 'create table votes (id bigint primary key, yes boolean not null);\n',
  'frontend/apps/stories/package.json': json({
    name: 'stories',
    private: true,
    scripts: { dev: 'storybook dev', build: 'echo "would: storybook build"' },
    devDependencies: { vite: '8.3.8' },
  }),
  'frontend/apps/stories/index.html': '<!doctype html>\n',
}

/** A pnpm workspace below the top of a repository that has a back end in another language; Drizzle's migrations in a package. */
export const frontendFolder: Shape = {
  name: 'frontend-folder',
  folder: 'frontend',
  files: {
    '.gitignore': gitignore,
    'README.md': '# Vote\n',
    'backend/main.py': 'print("ready")\n',
    'frontend/package.json': json({
      name: 'vote',
      private: true,
      packageManager: 'pnpm@10.34.9',
      engines: { node: '>=22' },
      scripts: { lint: 'pnpm -r lint', test: 'pnpm -r test', build: 'pnpm -r build' },
    }),
    'frontend/pnpm-workspace.yaml': lines('packages:', '  - apps/*', '  - packages/*', 'onlyBuiltDependencies: []'),
    ...web,
    ...others,
  },
  byHand: ['pnpm install --frozen-lockfile', 'pnpm lint', 'pnpm test', 'pnpm build'],
  broken: {
    'apps/web/src/share.js': lines("export const share = ({ yes, no }) => Math.round((10 * yes) / (yes + no)) + ' %'"),
  },
  brokenAt: 'Test',
}
