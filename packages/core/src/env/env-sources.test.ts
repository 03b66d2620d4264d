import { expect, test } from 'vitest'
import { exampleFor, isForeign, isSecretName, isTestFile, readsEnvironment } from './env-sources.ts'

test.each([
  ['apps/web/src/main.ts', true],
  ['apps/web/src/app.vue', true],
  ['prisma/schema.prisma', true],
  ['.github/workflows/ci.yml', true],
  ['config/ci.yml', false],
  ['docs/readme.md', false],
  ['apps/web/dist/main.js', false],
  ['node_modules/a/index.js', false],
  ['apps/web/src/types.d.ts', false],
  ['apps/web/src/main.test.ts', false],
  ['apps/web/tests/setup.ts', false],
])('the names that %s reads must be declared: %s', (path, expected) => {
  expect(readsEnvironment(path)).toBe(expected)
})

test('what is foreign and what is a test are told apart', () => {
  expect([isForeign('vendor/a.js'), isForeign('src/vendor.ts')]).toEqual([true, false])
  expect([isTestFile('e2e/shop.ts'), isTestFile('src/shop.stories.tsx'), isTestFile('src/shop.ts')]).toEqual([
    true,
    true,
    false,
  ])
})

test('the nearest example above a file answers for it', () => {
  const there = (...examples: string[]) => exampleFor('apps/web/src/main.ts', example => examples.includes(example))
  expect(there('.env.example', 'apps/web/.env.example')).toBe('apps/web/.env.example')
  expect(there('.env.example')).toBe('.env.example')
  expect(there()).toBeNull()
})

test('a secret is known by its name, but not what a bundler builds into the page', () => {
  for (const name of ['STRIPE_SECRET_KEY', 'DATABASE_URL', 'SENTRY_DSN', 'OPENAI_API_KEY'])
    expect([name, isSecretName(name)]).toEqual([name, true])
  for (const name of ['VITE_API_KEY', 'NEXT_PUBLIC_TOKEN', 'STRIPE_PUBLISHABLE_KEY', 'PORT'])
    expect([name, isSecretName(name)]).toEqual([name, false])
})
