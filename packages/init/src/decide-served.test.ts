import { describe, expect, it } from 'vitest'
import { sortServices } from './services.ts'
import { factsOf } from './testing/repository-of.ts'

type Manifest = Record<string, unknown>

/** `web: yes`, `docs: unsure` of every package that is not left out without a word. */
function sorted(files: Record<string, unknown>): string[] {
  const { services, unsure } = sortServices(factsOf({ 'pnpm-workspace.yaml': 'packages: ["**"]', ...files }))
  return [
    ...services.map(({ name, framework }) => `${name} (${framework}): yes`),
    ...unsure.map(({ service }) => `${service.name}: unsure`),
  ]
}

const at = (dir: string, manifest: Manifest, more: Record<string, string> = {}) => ({
  [`${dir}/package.json`]: { name: dir.split('/').at(-1), private: true, ...manifest },
  ...Object.fromEntries(Object.entries(more).map(([path, text]) => [`${dir}/${path}`, text])),
})
const next = { dependencies: { next: '16' }, scripts: { build: 'next build', start: 'next start' } }
const vite = { devDependencies: { vite: '8' }, scripts: { build: 'vite build' } }
const page = { 'index.html': '' }

describe('what is served', () => {
  it.each([
    ['a page that is built', at('apps/web', next), ['web (Next.js): yes']],
    ['a page of Vite', at('apps/web', vite, page), ['web (Vite): yes']],
    [
      'a server that is started',
      at('api', { dependencies: { hono: '4' }, scripts: { start: 'tsx src/index.ts' } }),
      ['api (Hono): yes'],
    ],
    [
      'a server without a framework',
      at('api', { scripts: { start: 'node a.js' } }, { 'a.js': 'createServer(f).listen(3000)' }),
      ['api (Node): yes'],
    ],
    [
      'a worker of a queue',
      at(
        'apps/jobs',
        { scripts: { start: 'node dist/jobs.js' } },
        { 'src/jobs.ts': "import { Worker } from 'bullmq'" },
      ),
      ['jobs (Worker): yes'],
    ],
    [
      'a server whose types others import',
      {
        ...at('api', { dependencies: { hono: '4' }, scripts: { start: 'node a.js' } }),
        ...at('web', { ...next, devDependencies: { api: 'workspace:*' } }),
      },
      ['api (Hono): yes', 'web (Next.js): yes'],
    ],
    [
      'what a host deploys, though no script starts it',
      at('edge', { dependencies: { hono: '4' } }, { 'wrangler.toml': '' }),
      ['edge (Hono): yes'],
    ],
    [
      'what a host names at the top',
      { ...at('edge', { dependencies: { hono: '4' } }), 'render.yaml': 'services:\n  - rootDir: edge\n' },
      ['edge (Hono): yes'],
    ],
    ['a repository of one package', { 'package.json': { name: 'shop', ...next } }, ['shop (Next.js): yes']],
  ])('is %s', (_, files, expected) => expect(sorted(files)).toEqual(expected))

  it.each([
    [
      'a library with a framework to test with',
      at('ui', { private: false, exports: './a.js', devDependencies: { next: '16' } }),
    ],
    [
      'a published command that serves a preview',
      at('tool', { private: false, bin: 'a.js', dependencies: { express: '5' } }, { 'a.ts': 'app.listen(1)' }),
    ],
    [
      'a storybook',
      at('apps/storybook', { devDependencies: { vite: '8' }, scripts: { build: 'storybook build' } }, page),
    ],
    ['an example', at('examples/basic', next)],
    ['a playground below a package', at('packages/ui/playground', vite, page)],
    ['a Tauri app', at('apps/desk', { ...vite, dependencies: { '@tauri-apps/api': '2' } }, page)],
    ['an Expo app', at('apps/phone', { dependencies: { expo: '54' }, scripts: { start: 'expo start' } })],
    [
      'a package that others import',
      { ...at('http', { dependencies: { fastify: '5' } }), ...at('cli', { dependencies: { http: 'workspace:*' } }) },
    ],
    [
      'a package that a Dockerfile copies because an app imports it',
      {
        ...at('ui', { devDependencies: { next: '16' } }),
        ...at('tool', { dependencies: { ui: 'workspace:*' } }),
        Dockerfile: 'COPY ui ui\n',
      },
    ],
    [
      'the root, whose scripts hand on',
      {
        ...at('packages/a', {}),
        'package.json': {
          name: 'x',
          private: true,
          dependencies: { next: '16' },
          scripts: { build: 'turbo run build', start: 'turbo run start' },
        },
      },
    ],
  ])('is not %s', (_, files) => expect(sorted(files)).toEqual([]))

  it.each([
    ['listens, but is started by nobody', at('api', {}, { 'a.ts': 'Bun.serve({ fetch })' })],
    ['is started, but may end at once', at('seed', { scripts: { start: 'node seed.js' } })],
    ['has a framework and nothing else', at('web', { dependencies: { next: '16' } })],
    ['is an example that a host deploys', at('examples/demo', next, { 'vercel.json': '{}' })],
  ])('is perhaps what %s', (_, files) => expect(sorted(files)).toEqual([expect.stringMatching(/: unsure$/)]))
})

describe('what the build of a framework leaves', () => {
  const built = (dependency: string, build: string, more: Record<string, string> = {}, start?: string) => {
    const scripts = { build, ...(start !== undefined && { start }) }
    const [service] = sortServices(
      factsOf(at('apps/web', { dependencies: { [dependency]: '1' }, scripts }, more)),
    ).services
    if (service === undefined) throw new Error('expected a service, got none')
    const { artifact, deploy, remark } = service
    return `${artifact} ${deploy['kind']} ${deploy['entry'] ?? `spa: ${deploy['spa']}`}${remark === undefined ? '' : ' !'}`
  }

  it.each([
    ['Nuxt', built('nuxt', 'nuxt build'), 'apps/web/.output node server/index.mjs'],
    ['Nuxt, generated', built('nuxt', 'nuxt generate'), 'apps/web/.output/public static spa: false'],
    [
      'Nuxt without a server',
      built('nuxt', 'nuxt build', { 'nuxt.config.ts': '{ ssr: false }' }),
      'apps/web/.output/public static spa: true',
    ],
    ['Astro', built('astro', 'astro build'), 'apps/web/dist static spa: false'],
    [
      'Astro with its server',
      built('astro', 'astro build', {
        'astro.config.mjs': "import node from '@astrojs/node'; ({ adapter: node({ mode: 'standalone' }) })",
      }),
      'apps/web/dist node server/entry.mjs',
    ],
    [
      'Astro for one host',
      built('astro', 'astro build', {
        'astro.config.mjs': "import vercel from '@astrojs/vercel'; ({ adapter: vercel() })",
      }),
      'apps/web/dist node server/entry.mjs !',
    ],
    [
      'SvelteKit for Node',
      built('@sveltejs/kit', 'vite build', { 'svelte.config.js': "'@sveltejs/adapter-node'" }),
      'apps/web/build node index.js',
    ],
    [
      'SvelteKit as files',
      built('@sveltejs/kit', 'vite build', { 'svelte.config.js': "'@sveltejs/adapter-static'" }),
      'apps/web/build static spa: false',
    ],
    [
      'SvelteKit for whatever host',
      built('@sveltejs/kit', 'vite build', { 'svelte.config.js': "'@sveltejs/adapter-auto'" }),
      'apps/web/build node index.js !',
    ],
    [
      'Remix',
      built('@remix-run/dev', 'remix vite:build', {}, 'remix-serve ./build/server/index.js'),
      'apps/web/build node server/index.js !',
    ],
    ['React Router', built('@react-router/dev', 'react-router build'), 'apps/web/build node server/index.js !'],
    [
      'React Router without a server',
      built('@react-router/dev', 'react-router build', { 'react-router.config.ts': '({ ssr: false })' }),
      'apps/web/build/client static spa: true',
    ],
    [
      'TanStack Start',
      built('@tanstack/react-start', 'vite build', {}, 'node .output/server/index.mjs'),
      'apps/web/.output node server/index.mjs',
    ],
    [
      'TanStack Start without Nitro',
      built('@tanstack/react-start', 'vite build'),
      'apps/web/dist node server/server.js !',
    ],
    ['NestJS', built('@nestjs/core', 'nest build', {}, 'nest start'), 'apps/web/dist node main.js !'],
  ])('%s', (_, found, expected) => expect(found).toBe(expected))
})

describe('migrations', () => {
  it.each([
    [
      'Supabase in a package',
      { 'packages/db/supabase/migrations/1_a.sql': '' },
      { dir: 'packages/db/supabase/migrations', tool: 'Supabase' },
    ],
    [
      'Drizzle',
      {
        'packages/db/drizzle.config.ts': "({ dialect: 'postgresql', out: './sql' })",
        'packages/db/sql/0000_a.sql': '',
      },
      { dir: 'packages/db/sql', tool: 'Drizzle' },
    ],
    [
      'Drizzle on another database',
      { 'drizzle.config.ts': "({ dialect: 'sqlite' })", 'drizzle/0000_a.sql': '' },
      undefined,
    ],
    [
      'Prisma',
      { 'packages/db/prisma/migrations/2026_a/migration.sql': '' },
      { dir: 'packages/db/prisma/migrations', tool: 'Prisma' },
    ],
    ['an example', { 'examples/a/supabase/migrations/1_a.sql': '' }, undefined],
  ])('of %s', (_, files, expected) => expect(factsOf(files).migrations).toEqual(expected))
})
