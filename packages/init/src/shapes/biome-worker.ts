// gantry-ignore-file undeclared: the repositories below are text

import { json, lines, type Shape } from './shape.ts'

const api = {
  'apps/api/package.json': json({
    name: 'api',
    private: true,
    type: 'module',
    scripts: { start: 'node src/server.ts', test: 'node --test' },
    dependencies: { '@mail/queue': 'workspace:*' },
  }),
  'apps/api/src/server.ts': lines(
    'import { createServer } from "node:http";',
    'import { waiting } from "@mail/queue";',
    '',
    'const server = createServer((request, response) => {',
    '\tresponse.end(request.url === "/healthz" ? "ok" : String(waiting([])));',
    '});',
    'server.listen(Number(process.env.PORT ?? 3000));',
    'if (!process.env.SESSION_SECRET) console.warn("unsigned");',
  ),
}

const worker = {
  'apps/worker/package.json': json({
    name: 'worker',
    private: true,
    type: 'module',
    scripts: { start: 'node src/worker.ts' },
    dependencies: { '@mail/queue': 'workspace:*' },
  }),
  'apps/worker/src/worker.ts': lines(
    'import { waiting } from "@mail/queue";',
    '',
    'setInterval(() => console.log(waiting([]), process.env.SMTP_URL), 1000);',
  ),
}

const queue = {
  'packages/queue/package.json': json({
    name: '@mail/queue',
    private: true,
    type: 'module',
    exports: './src/index.ts',
    scripts: { test: 'node --test' },
  }),
  'packages/queue/src/index.ts': lines(
    'export const waiting = (letters: { sentAt?: Date }[]): number =>',
    '\tletters.filter(({ sentAt }) => sentAt === undefined).length;',
  ),
  'packages/queue/src/index.test.ts': lines(
    'import assert from "node:assert/strict";',
    'import { test } from "node:test";',
    'import { waiting } from "./index.ts";',
    '',
    'test("counts what was not sent", () => {',
    '\tassert.equal(waiting([{}, {}, { sentAt: new Date(0) }]), 2);',
    '});',
  ),
}

/** Biome in its own style, a server and a worker without any framework, an .env.example with words of other tools. */
export const biomeWorker: Shape = {
  name: 'biome-worker',
  isQuick: true,
  files: {
    '.gitignore': lines('node_modules', '.env'),
    'README.md': '# Mail\n',
    '.env.example': lines(
      '# @see https://example.com/smtp for what it may be',
      '# @type=url',
      'SMTP_URL=smtp://localhost:1025',
    ),
    '.env.production.example': lines('SMTP_URL=smtp://[USERNAME]:[PASSWORD]@mail.acme.com:587'),
    'biome.json': lines('{', '\t"files": { "includes": ["**/*.ts"] }', '}'),
    'package.json': json({
      name: 'mail',
      private: true,
      packageManager: 'pnpm@10.34.9',
      engines: { node: '>=24' },
      scripts: { lint: 'biome check .', test: 'pnpm -r test' },
      devDependencies: { '@biomejs/biome': '2.6.8' },
    }),
    'pnpm-workspace.yaml': lines('packages:', '  - apps/*', '  - packages/*'),
    '.github/workflows/release.yml': lines(
      'name: release',
      'on: workflow_dispatch',
      'permissions: {}',
      'jobs:',
      '  release:',
      '    runs-on: ubuntu-latest',
      '    timeout-minutes: 5',
      '    environment: npm-publish',
      '    steps:',
      '      - run: echo "released"',
      '        env:',
      '          TOKEN: ${' + '{ secrets.RELEASE_TOKEN }}',
    ),
    ...api,
    ...worker,
    ...queue,
  },
  byHand: ['pnpm install --frozen-lockfile', 'pnpm lint', 'pnpm test'],
  broken: {
    'packages/queue/src/index.ts': queue['packages/queue/src/index.ts'].replace('=== undefined', '!== undefined'),
  },
  brokenAt: 'Test',
}
