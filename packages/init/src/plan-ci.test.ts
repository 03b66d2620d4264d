import { describe, expect, it } from 'vitest'
import { chooseTasks } from './choose-tasks.ts'
import { planCi } from './plan-ci.ts'
import type { RepositoryFacts } from './repository.ts'
import { isTask } from './task.ts'
import { factsOf } from './testing/repository-of.ts'

const jobsOf = (facts: RepositoryFacts) => planCi(facts, chooseTasks(facts).filter(isTask))

/** `job side? step: lines` */
const linesIn = (facts: RepositoryFacts) =>
  jobsOf(facts).flatMap(({ key, steps }) =>
    steps.map(({ name, side, lines }) => `${key}${side ? ` ${side}` : ''} ${name}: ${lines.join(' ; ')}`),
  )

const web = (more: object = {}) => ({
  'apps/web/package.json': { name: 'web', dependencies: { next: '16' }, scripts: { build: 'next build' }, ...more },
})
const api = (more: object = {}) => ({
  'apps/api/package.json': { name: 'api', dependencies: { fastify: '5' }, scripts: { build: 'tsc' }, ...more },
})
const ui = (more: object = {}) => ({
  'packages/ui/package.json': { name: 'ui', main: 'dist/index.js', scripts: { build: 'tsc' }, ...more },
})
const needs = (dependencies: object) => ({ dependencies: { ...dependencies, ui: 'workspace:*' } })

describe('front end and back end', () => {
  it('are two legs, each with the packages only it uses', () => {
    const [check] = jobsOf(factsOf({ ...web(needs({ next: '16' })), ...api(), ...ui() }))
    expect(check?.legs).toEqual([
      { side: 'front-end', dirs: ['apps/web', 'packages/ui'] },
      { side: 'back-end', dirs: ['apps/api'] },
    ])
  })

  it('share one line for each task', () => {
    expect(linesIn(factsOf({ ...web(), ...api() }))).toEqual(['check Build: pnpm $PACKAGES --if-present run build'])
  })

  it('are one job where there is only one of them', () => {
    expect(jobsOf(factsOf(api())).map(({ key, legs }) => [key, legs])).toEqual([['check', undefined]])
  })

  it('leave what is for the whole repository to a job of its own', () => {
    const facts = factsOf({ 'package.json': { scripts: { lint: 'eslint .' } }, ...web(), ...api() })
    expect(linesIn(facts)).toEqual([
      'check Build: pnpm $PACKAGES --if-present run build',
      'repository Lint: git add --update ; pnpm run lint ; git diff --exit-code',
    ])
  })

  it('are not split when a root script does everything', () => {
    const scripts = { lint: 'eslint .', build: 'node build.js' }
    const facts = factsOf({ 'package.json': { scripts }, ...web(), ...api() })
    expect(jobsOf(facts)).toMatchObject([{ key: 'check' }])
  })

  it('are not split by a list too long to read, or by a folder that has to be quoted', () => {
    const many = Object.fromEntries(
      Array.from({ length: 2_000 }, (_, n) => [
        `packages/p${n}/package.json`,
        { name: `p${n}`, scripts: { lint: 'x' } },
      ]),
    )
    expect(jobsOf(factsOf({ ...web(), ...api(), ...many }))[0]?.legs).toBeUndefined()
    const odd = { "packages/it's/package.json": { name: 'its' } }
    expect(jobsOf(factsOf({ ...web(), ...api(), ...odd }))[0]?.legs).toBeUndefined()
  })
})

describe('packages that have to be built first', () => {
  const typed = { scripts: { build: 'tsc', typecheck: 'tsc --noEmit' } }
  const build = 'check Build what other packages import: pnpm --filter ./packages/ui run build'

  it('are those imported from a folder git does not keep', () => {
    expect(linesIn(factsOf({ ...api({ ...needs({}), ...typed }), ...ui() }))[0]).toBe(build)
  })

  it.each([
    ['nobody imports them', { ...api(typed), ...ui() }],
    ['their entry is in git', { ...api({ ...needs({}), ...typed }), ...ui(), 'packages/ui/dist/index.js': '' }],
    ['they export their source', { ...api({ ...needs({}), ...typed }), ...ui({ main: './src/index.ts' }) }],
    [
      'installing builds them',
      { ...api({ ...needs({}), ...typed }), ...ui({ scripts: { build: 'tsc', prepare: 'tsc' } }) },
    ],
  ])('are none when %s', (_, files) => {
    expect(linesIn(factsOf(files)).filter(line => line.includes('other packages'))).toEqual([])
  })

  it('are left to turbo where turbo.json says that a task waits for them', () => {
    const files = { ...api({ ...needs({}), ...typed }), ...ui() }
    const waiting = '{ "tasks": { "build": { "dependsOn": ["^build"] }, "typecheck": { "dependsOn": ["^build"] } } }'
    const alone = '{ "tasks": { "build": {}, "typecheck": {} } }'
    expect(linesIn(factsOf({ ...files, 'turbo.json': waiting }))[0]).toMatch(/^check Typecheck/)
    expect(linesIn(factsOf({ ...files, 'turbo.json': alone }))[0]).toBe(
      'check Build what other packages import: pnpm exec turbo run build --filter ./packages/ui',
    )
  })

  it('follow what they themselves need, each leg only its own', () => {
    const files = { ...web(needs({ next: '16' })), ...api({ scripts: { test: 'vitest' } }), ...ui() }
    const scripts = { build: 'next build', typecheck: 'tsc' }
    const facts = factsOf({ ...files, ...web({ ...needs({ next: '16' }), scripts }) })
    expect(linesIn(facts)[0]).toBe(
      'check front-end Build what other packages import: pnpm --filter ./packages/ui run build',
    )
  })
})

describe('code that is generated first', () => {
  it.each([
    [{ scripts: { generate: 'prisma generate' } }, 'check Generate code: pnpm --filter ./apps/api run generate'],
    [{ scripts: { codegen: 'graphql-codegen' } }, 'check Generate code: pnpm --filter ./apps/api run codegen'],
    [
      { dependencies: { '@prisma/client': '6' }, scripts: { test: 'vitest' } },
      'check Generate code: (cd apps/api && pnpm exec prisma generate --schema prisma/schema.prisma)',
    ],
  ])('%j', (more, expected) => {
    const files = {
      ...api({ ...more, scripts: { test: 'vitest', ...more.scripts } }),
      'apps/api/prisma/schema.prisma': '',
    }
    expect(linesIn(factsOf(files))[0]?.replace(' -r --if-present', ' --filter ./apps/api')).toBe(expected)
  })

  it.each([
    [{ scripts: { postinstall: 'prisma generate', test: 'vitest' } }],
    [{ scripts: { build: 'prisma generate && tsc', test: 'vitest' } }],
    [{ scripts: { 'db:generate': 'drizzle-kit generate', test: 'vitest' } }],
  ])('is not what %j does', more => {
    expect(linesIn(factsOf(api(more))).filter(line => line.includes('Generate'))).toEqual([])
  })
})

it('fails a lint that changed something', () => {
  const facts = factsOf({ 'package.json': { scripts: { lint: 'FIX=1 eslint --fix .' } } })
  expect(linesIn(facts)).toEqual(['check Lint: git add --update ; pnpm run lint ; git diff --exit-code'])
})
