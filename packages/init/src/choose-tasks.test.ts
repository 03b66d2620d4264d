import { describe, expect, it } from 'vitest'
import { chooseTasks } from './choose-tasks.ts'
import { linesOf } from './plan-ci.ts'
import type { RepositoryFacts } from './repository.ts'
import { isTask, type TaskName } from './task.ts'
import { factsOf } from './testing/repository-of.ts'

/** What is typed for a task, or the reason why it is left out. */
function chosen(facts: RepositoryFacts, name: TaskName): string[] | string {
  const found = chooseTasks(facts).find(task => task.name === name)
  if (found === undefined) throw new Error(`no answer for ${name}`)
  return isTask(found) ? found.commands.flatMap(command => linesOf(facts, command)) : found.reason
}

const root = (scripts: Record<string, string>, more: object = {}) => ({
  'package.json': { name: 'sample', private: true, scripts, ...more },
})
const member = (dir: string, scripts: Record<string, string>, more: object = {}) => ({
  [`${dir}/package.json`]: { name: dir.split('/').at(-1), scripts, ...more },
})

describe('root scripts', () => {
  it('come before those of the packages', () => {
    const facts = factsOf({ ...root({ lint: 'eslint .' }), ...member('apps/a', { lint: 'oxlint' }) })
    expect(chosen(facts, 'lint')).toEqual(['pnpm run lint'])
  })

  it.each([
    ['lint', 'lint:check', 'eslint .'],
    ['lint', 'check', 'biome check .'],
    ['typecheck', 'check-types', 'tsc --noEmit'],
    ['typecheck', 'type-check', 'tsc --noEmit'],
    ['typecheck', 'tsc', 'tsc'],
    ['typecheck', 'check', 'svelte-check'],
    ['test', 'test:unit', 'vitest run'],
    ['test', 'test:ci', 'jest --ci'],
    ['build', 'compile', 'tsc'],
    ['e2e', 'test:e2e', 'playwright test'],
    ['e2e', 'cypress:run', 'cypress run'],
  ] as const)('%s may be called %s', (name, script, text) => {
    expect(chosen(factsOf(root({ [script]: text })), name)).toEqual([`pnpm run ${script}`])
  })

  it('that only hand on are taken apart', () => {
    const facts = factsOf({ ...root({ typecheck: 'pnpm -r run tsc' }), ...member('apps/a', { tsc: 'tsc --noEmit' }) })
    expect(chosen(facts, 'typecheck')).toEqual(['pnpm -r --if-present run tsc'])
  })

  it('that check nothing are passed over for those of the packages', () => {
    const facts = factsOf({
      ...root({ test: 'echo "Error: no test specified" && exit 1' }),
      ...member('apps/a', { test: 'vitest run' }),
    })
    expect(chosen(facts, 'test')).toEqual(['pnpm -r --if-present run test'])
  })

  it('named test that open a browser are no unit tests', () => {
    const facts = factsOf(root({ test: 'playwright test' }))
    expect(chosen(facts, 'test')).toBe('"test" needs a browser: it belongs to e2e')
  })

  it('that repair are run without writing', () => {
    expect(chosen(factsOf(root({ lint: 'eslint . --fix && prettier --write .' })), 'lint')).toEqual([
      'pnpm exec eslint .',
      'pnpm exec prettier --check .',
    ])
  })

  it('that only judge come before those that repair', () => {
    const facts = factsOf(root({ lint: 'eslint . --fix', 'lint:ci': 'eslint .' }))
    expect(chosen(facts, 'lint')).toEqual(['pnpm run lint:ci'])
  })

  it('that repair in ways nobody can see through are run; the difference fails the step', () => {
    expect(chosen(factsOf(root({ lint: 'FIX=1 eslint . --fix' })), 'lint')).toEqual(['pnpm run lint'])
  })

  it('that wait come after those that end', () => {
    const facts = factsOf(root({ test: 'jest --watch', 'test:ci': 'jest --ci' }))
    expect(chosen(facts, 'test')).toEqual(['pnpm run test:ci'])
  })

  it('that wait and cannot be made to end are left out', () => {
    expect(chosen(factsOf(root({ test: 'FOO=1 jest --watch' })), 'test')).toBe(
      '"test" waits for changes and never ends',
    )
  })

  it('that need what Next.js took out are left out, and say so', () => {
    const facts = factsOf(root({ lint: 'next lint' }, { dependencies: { next: '^16.0.0' } }))
    expect(chosen(facts, 'lint')).toBe('"lint" is `next lint`, which Next.js 16 took out')
    const older = factsOf(root({ lint: 'next lint' }, { dependencies: { next: '15.1.0' } }))
    expect(chosen(older, 'lint')).toEqual(['pnpm run lint'])
  })
})

describe('scripts of packages', () => {
  it('are run by pnpm when every one has the same name', () => {
    const facts = factsOf({ ...member('apps/a', { lint: 'eslint .' }), ...member('apps/b', { lint: 'oxlint' }) })
    expect(chosen(facts, 'lint')).toEqual(['pnpm -r --if-present run lint'])
  })

  it('are found under different names', () => {
    const facts = factsOf({
      ...member('apps/a', { typecheck: 'tsc --noEmit' }),
      ...member('apps/b', { 'check-types': 'tsc' }),
    })
    expect(chosen(facts, 'typecheck')).toEqual([
      'pnpm -r --if-present run typecheck',
      'pnpm -r --if-present run check-types',
    ])
  })

  it('are named one by one when one of the same name checks nothing', () => {
    const facts = factsOf({ ...member('apps/a', { test: 'vitest' }), ...member('apps/b', { test: 'echo none' }) })
    expect(chosen(facts, 'test')).toEqual(['pnpm --filter ./apps/a run test'])
  })

  it('that repair are run without writing, each in its folder', () => {
    const facts = factsOf({
      ...member('apps/a', { lint: 'eslint --fix src' }),
      ...member('apps/b', { lint: 'oxlint' }),
    })
    expect(chosen(facts, 'lint')).toEqual(['pnpm --filter ./apps/b run lint', '(cd apps/a && pnpm exec eslint src)'])
  })

  it('in folders with odd names stay one word', () => {
    const facts = factsOf({ ...member("apps/it's me", { lint: 'eslint --fix .' }) })
    expect(chosen(facts, 'lint')).toEqual(["(cd 'apps/it'\\''s me' && pnpm exec eslint .)"])
  })
})

describe('turbo and nx', () => {
  const turbo = { 'turbo.json': '{ "tasks": { "lint": {}, "test": { "dependsOn": ["^build"] } } }' }

  it('runs a task of turbo.json without a root script', () => {
    const facts = factsOf({ ...turbo, ...member('apps/a', { lint: 'eslint .' }) })
    expect(chosen(facts, 'lint')).toEqual(['pnpm exec turbo run lint'])
  })

  it('keeps the flags of the root script', () => {
    const facts = factsOf({
      ...turbo,
      ...root({ test: 'turbo run test --concurrency=1' }),
      ...member('apps/a', { test: 'vitest' }),
    })
    expect(chosen(facts, 'test')).toEqual(['pnpm run test'])
  })

  it('is not asked to run what waits', () => {
    const facts = factsOf({
      ...turbo,
      ...root({ test: 'turbo test' }),
      ...member('apps/a', { test: 'vitest --watch' }),
    })
    expect(chosen(facts, 'test')).toEqual(['(cd apps/a && pnpm exec vitest run)'])
  })

  it('takes the old word for tasks, comments and trailing commas', () => {
    const text = '{ // old\n "pipeline": { "lint": { "dependsOn": [], }, } }'
    const facts = factsOf({ 'turbo.json': text, ...member('apps/a', { lint: 'eslint .' }) })
    expect(chosen(facts, 'lint')).toEqual(['pnpm exec turbo run lint'])
  })

  it('falls back to pnpm when turbo.json cannot be read', () => {
    const facts = factsOf({ 'turbo.json': '{ nope', ...member('apps/a', { lint: 'eslint .' }) })
    expect(chosen(facts, 'lint')).toEqual(['pnpm -r --if-present run lint'])
  })

  it('asks nx for targets that scripts name', () => {
    const nx = { 'nx.json': '{}', ...root({}, { devDependencies: { nx: '22.0.0' } }) }
    const facts = factsOf({ ...nx, ...member('apps/a', { lint: 'eslint .' }) })
    expect(chosen(facts, 'lint')).toEqual(['pnpm exec nx run-many --target=lint'])
  })
})

describe('without any script', () => {
  it('runs a tool that is configured and installed', () => {
    const dev = { devDependencies: { eslint: '10.0.0', typescript: '5.9.3', vitest: '5.1.1' } }
    const facts = factsOf({
      ...root({}, dev),
      'eslint.config.js': 'export default []',
      'tsconfig.json': { include: ['src'] },
      'vitest.config.ts': '',
    })
    expect(chosen(facts, 'lint')).toEqual(['pnpm exec eslint .'])
    expect(chosen(facts, 'typecheck')).toEqual(['pnpm exec tsc --noEmit'])
    expect(chosen(facts, 'test')).toEqual(['pnpm exec vitest run'])
  })

  it('does not typecheck by a file that others extend, or by one of references', () => {
    const dev = { devDependencies: { typescript: '5.9.3' } }
    const base = factsOf({ ...root({}, dev), 'tsconfig.json': { compilerOptions: {} }, ...member('apps/a', {}) })
    const solution = factsOf({ ...root({}, dev), 'tsconfig.json': { files: [], references: [] } })
    expect(chosen(base, 'typecheck')).toContain('no typecheck script')
    expect(chosen(solution, 'typecheck')).toContain('no typecheck script')
  })

  it('says what is missing', () => {
    expect(chosen(factsOf({}), 'test')).toBe('no test script in the root or any package')
  })
})
