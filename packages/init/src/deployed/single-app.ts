// gantry-ignore-file undeclared: the repositories below are text

import { json, lines } from '../shapes/shape.ts'
import { type DeployedShape, lockfile } from './deployed-shape.ts'

const server = lines(
  "import { createServer } from 'node:http'",
  '',
  'createServer((request, response) => {',
  "  if (request.url === '/ping') return response.end('pong')",
  "  response.end('hello')",
  '}).listen(process.env.PORT)',
)

/** One package, one process, JavaScript, and a Dockerfile that no vendor is named by. */
export const singleApp: DeployedShape = {
  name: 'single-app',
  services: { 'hook-relay': 'local' },
  builds: { '.': { 'dist/server.mjs': server } },
  files: {
    '.gitignore': lines('node_modules', 'dist', '.env'),
    'README.md': '# hook-relay\n\nPasses web hooks on.\n',
    'package.json': json({
      name: 'hook-relay',
      version: '1.4.0',
      private: true,
      type: 'module',
      packageManager: 'pnpm@12.21.0',
      scripts: {
        build: 'esbuild src/server.js --bundle --platform=node --format=esm --outfile=dist/server.mjs',
        start: 'node dist/server.mjs',
        dev: 'node --watch src/server.js',
        lint: 'standard',
        test: 'node --test',
      },
      dependencies: { express: '^5.1.0', pino: '^10.1.0' },
      devDependencies: { esbuild: '^0.25.11', standard: '^17.1.2' },
    }),
    'pnpm-lock.yaml': lockfile,
    '.env.example': lines('PORT=3000', 'RELAY_TOKEN=', 'LOG_LEVEL=info'),
    Dockerfile: lines(
      'FROM node:24-alpine',
      'WORKDIR /app',
      'COPY dist dist',
      'USER node',
      'CMD ["node", "dist/server.mjs"]',
    ),
    'src/server.js': lines(
      "import express from 'express'",
      "import pino from 'pino'",
      '',
      "const log = pino({ level: process.env.LOG_LEVEL ?? 'info' })",
      'const app = express()',
      "app.get('/ping', (req, res) => { res.send('pong') })",
      "app.post('/hooks/:name', (req, res) => {",
      "  if (req.get('authorization') !== 'Bearer ' + process.env.RELAY_TOKEN) return res.sendStatus(401)",
      '  res.sendStatus(202)',
      '})',
      "app.listen(process.env.PORT ?? 3000, () => log.info('up'))",
    ),
    'test/server.test.js': lines(
      "import assert from 'node:assert'",
      "import test from 'node:test'",
      '',
      "test('adds', () => assert.equal(1 + 1, 2))",
    ),
  },
}
