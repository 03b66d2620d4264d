import { describe, expect, it } from 'vitest'
import { described, factsOf } from './testing/repository-of.ts'

const names = (files: Record<string, unknown>) => factsOf(files).packages.map(({ dir }) => dir)
const manifests = (...dirs: string[]) => Object.fromEntries(dirs.map(dir => [`${dir}/package.json`, { name: dir }]))

describe('packages of a workspace', () => {
  it.each([
    ['packages: [apps/*]', ['apps/a', 'apps/b']],
    ['packages: ["apps/*", "!apps/b"]', ['apps/a']],
    ['packages: ["./apps/*/"]', ['apps/a', 'apps/b']],
    ['packages: ["**"]', ['apps/a', 'apps/a/deep', 'apps/b', 'web']],
    ['packages: ["apps/**"]', ['apps/a', 'apps/a/deep', 'apps/b']],
    ['packages: ["*"]', ['web']],
    ['packages: [web, "apps/{a,b}"]', ['apps/a', 'apps/b', 'web']],
    ['{}', []],
    ['', []],
  ])('%s', (text, expected) => {
    const files = manifests('apps/a', 'apps/b', 'apps/a/deep', 'web', 'apps/a/node_modules/x')
    expect(names({ ...files, 'pnpm-workspace.yaml': text })).toEqual(expected)
  })

  it('are none when no glob matches, and the glob is named', () => {
    const facts = factsOf({ 'pnpm-workspace.yaml': 'packages: [nowhere/*]' })
    expect(facts.packages).toEqual([])
    expect(facts.notes).toContain('pnpm-workspace.yaml: "nowhere/*" matches no package')
  })

  it('may be 2,000', () => {
    const dirs = Array.from({ length: 2_000 }, (_, index) => `packages/p${index}`)
    expect(factsOf(manifests(...dirs)).packages).toHaveLength(2_000)
  })

  it('know which of the others they need', () => {
    const facts = factsOf({
      'packages/ui/package.json': { name: '@x/ui' },
      'apps/a/package.json': { name: 'a', dependencies: { '@x/ui': 'workspace:*', react: '19' } },
      'apps/b/package.json': { name: 'b', dependencies: { '@x/ui': 'npm:@y/ui@1' } },
    })
    expect(facts.packages.map(({ dir, needs }) => [dir, needs])).toEqual([
      ['apps/a', ['packages/ui']],
      ['apps/b', []],
      ['packages/ui', []],
    ])
  })
})

describe('frameworks', () => {
  it.each([
    ['Next.js', { next: '16' }, 'front-end'],
    ['Fastify', { fastify: '5' }, 'back-end'],
    ['Express', { express: '5' }, 'back-end'],
    ['NestJS', { '@nestjs/core': '11', express: '5' }, 'back-end'],
    ['SvelteKit', { '@sveltejs/kit': '2', vite: '8' }, 'front-end'],
  ] as const)('%s', (name, dependencies, side) => {
    const [found] = factsOf({ 'apps/a/package.json': { dependencies } }).packages
    expect(found?.framework).toEqual({ name, side })
  })

  it('Vite counts where there is a page, and beside an API for its page', () => {
    const vite = { 'apps/a/package.json': { devDependencies: { vite: '8' } } }
    expect(factsOf(vite).packages[0]?.framework).toBeUndefined()
    expect(factsOf({ ...vite, 'apps/a/index.html': '' }).packages[0]?.framework?.name).toBe('Vite')
  })
})

it('takes a private package that makes an HTTP server for one, unless others import it', () => {
  const code = "import { createServer } from 'node:http'\ncreateServer()"
  const server = (more: object) => ({
    'apps/a/package.json': { name: 'a', private: true, ...more },
    'apps/a/src/main.ts': code,
  })
  const frameworks = (files: Record<string, unknown>) => factsOf(files).packages.map(({ framework }) => framework?.name)
  expect(frameworks(server({}))).toEqual(['Node'])
  expect(frameworks(server({ private: false }))).toEqual([undefined])
  const user = { 'apps/b/package.json': { name: 'b', dependencies: { a: 'workspace:*' } } }
  expect(frameworks({ ...server({}), ...user })).toEqual([undefined, undefined])
})

describe('names of the environment', () => {
  const read = (code: string, path = 'apps/a/src/main.ts') =>
    factsOf({ ...manifests('apps/a'), [path]: code }).env.map(({ name }) => name)

  it.each([
    ['process.env.PAY_KEY', ['PAY_KEY']],
    ["process.env['PAY_KEY']", ['PAY_KEY']],
    ['const { PAY_KEY, OTHER: renamed = 1 } = process.env', ['OTHER', 'PAY_KEY']],
    ['import.meta.env.VITE_API', ['VITE_API']],
    ['Deno.env.get("PAY_KEY")', ['PAY_KEY']],
    ['process.env.NODE_ENV + process.env.CI + process.env.npm_package_name', []],
    ['// process.env.OLD', []],
    ['fetch("http://x/" + process.env.AFTER_SLASHES)', ['AFTER_SLASHES']],
  ])('%s', (code, expected) => {
    expect(read(code)).toEqual(expected)
  })

  it('are taken from tests only when they look like secrets a run may need', () => {
    const code = 'process.env.MADE_UP = process.env.DATABASE_URL'
    expect(read(code, 'apps/a/src/main.test.ts')).toEqual(['DATABASE_URL'])
  })

  it('know their packages, and which must never be written down', () => {
    const facts = factsOf({
      ...manifests('apps/a', 'apps/b'),
      'apps/a/x.ts': 'process.env.STRIPE_SECRET_KEY',
      'apps/b/x.ts': 'process.env.STRIPE_SECRET_KEY; process.env.NEXT_PUBLIC_API_KEY',
      'tools/x.mjs': 'process.env.REGION',
    })
    expect(facts.env).toMatchObject([
      { name: 'NEXT_PUBLIC_API_KEY', packages: ['apps/b'], isSecret: false },
      { name: 'REGION', packages: ['.'], isSecret: false },
      { name: 'STRIPE_SECRET_KEY', packages: ['apps/a', 'apps/b'], isSecret: true },
    ])
  })
})

it.each([
  [{ 'package.json': { devDependencies: { husky: '9' } } }, { HUSKY: '0' }],
  [{ '.husky/pre-commit': '' }, { HUSKY: '0' }],
  [{ 'package.json': { scripts: { prepare: 'lefthook install' } } }, { LEFTHOOK: '0' }],
  [
    { 'api/prisma.config.ts': "import { env } from 'prisma/config'\ndatasource: { url: env('DATABASE_URL') }" },
    { DATABASE_URL: 'postgresql://nobody@localhost/none' },
  ],
  [{ 'api/prisma.config.ts': "import 'prisma/config'\nurl: process.env.DATABASE_URL ?? ''" }, {}],
  [{ 'api/env.ts': "import { env } from 'prisma/config'\nenv('DATABASE_URL')" }, {}],
  [{}, {}],
])('keeps git hooks of %j out of runs, and has what an install asks for', (files, expected) => {
  const { jobEnv, standIns } = factsOf(files)
  expect({ ...jobEnv, ...standIns }).toEqual(expected)
})

describe('what is no repository of pnpm', () => {
  it.each([
    ['no package.json', {}, 'expected a package.json at the top'],
    ['broken JSON', { 'package.json': '{ "name": ' }, 'package.json: expected JSON'],
    ['a list', { 'package.json': '[1]' }, 'package.json: expected an object, got [1]'],
    ['broken YAML', { 'package.json': {}, 'pnpm-workspace.yaml': 'packages: [' }, 'pnpm-workspace.yaml: expected YAML'],
    [
      'a broken member',
      { 'package.json': {}, 'pnpm-workspace.yaml': 'packages: [a]', 'a/package.json': 'no' },
      'a/package.json: expected JSON',
    ],
  ])('%s', (_, files, reason) => {
    expect(described(files)).toMatchObject({ reason: expect.stringContaining(reason) })
  })

  it('reads odd values for what they are worth', () => {
    const odd = { name: 3, scripts: { test: 4, build: 'tsc' }, dependencies: [], engines: 'new', exports: null }
    expect(factsOf({ 'package.json': odd }).root).toMatchObject({ name: 'folder', scripts: { build: 'tsc' } })
    expect(factsOf({ 'package.json': '\uFEFF{"name":"bom"}' }).name).toBe('bom')
  })
})
