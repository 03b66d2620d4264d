import { describe, expect, test } from 'vitest'
import { readWorkflow } from '../file/read-workflow.ts'
import { oneJob } from '../testing/workflow-texts.ts'
import { filterOf, filterPattern } from './filter-pattern.ts'
import { type TriggerEvent, triggeredBy } from './triggered-by.ts'

function judge(on: string, event: Partial<TriggerEvent>): { runs: boolean; why: string } {
  const workflow = readWorkflow('ci.yml', oneJob('- run: a').replace('on: push', `on: ${on}`))
  return triggeredBy(workflow, { name: 'push', ref: 'refs/heads/main', payload: {}, ...event })
}

describe('what starts a workflow', () => {
  test.each<[string, string, Partial<TriggerEvent>, boolean, string]>([
    ['the event is named', 'push', {}, true, 'matches'],
    ['another event', '[pull_request, schedule]', {}, false, 'starts on pull_request, schedule, not on push'],
    ['a branch that is listed', '{ push: { branches: [main] } }', {}, true, ''],
    [
      'a branch that is not',
      '{ push: { branches: [dev, "rel/**"] } }',
      {},
      false,
      'branch main is not among dev, rel/**',
    ],
    ['an ignored branch', '{ push: { branches-ignore: [ma*] } }', {}, false, 'is ignored by ma*'],
    ['a tag without filters', 'push', { ref: 'refs/tags/v1' }, true, ''],
    [
      'a tag when only branches are listed',
      '{ push: { branches: [main] } }',
      { ref: 'refs/tags/v1' },
      false,
      'branches only',
    ],
    ['a branch when only tags are listed', '{ push: { tags: [v*] } }', {}, false, 'tags only'],
    ['a tag that is listed', '{ push: { tags: ["v[0-9]+.[0-9]+"] } }', { ref: 'refs/tags/v12.3' }, true, ''],
    ['an ignored tag', '{ push: { tags-ignore: [v*] } }', { ref: 'refs/tags/v1' }, false, 'ignored'],
    [
      'a changed file that is listed',
      '{ push: { paths: ["src/**", "!src/**/*.md"] } }',
      { changedFiles: ['src/a.md', 'src/b.ts'] },
      true,
      '',
    ],
    [
      'no changed file listed',
      '{ push: { paths: ["src/**", "!src/**/*.md"] } }',
      { changedFiles: ['src/x/a.md'] },
      false,
      'no changed file',
    ],
    [
      'only ignored files',
      '{ push: { paths-ignore: ["**.md"] } }',
      { changedFiles: ['docs/a.md', 'b.md'] },
      false,
      'every changed file',
    ],
    [
      'one file that is not ignored',
      '{ push: { paths-ignore: ["**.md"] } }',
      { changedFiles: ['a.md', 'a.ts'] },
      true,
      '',
    ],
    ['unknown changes', '{ push: { paths: [src/**] } }', {}, true, ''],
    [
      'paths do not matter for tags',
      '{ push: { paths: [src/**] } }',
      { ref: 'refs/tags/v1', changedFiles: ['a'] },
      true,
      '',
    ],
    [
      'the base branch of a pull request',
      '{ pull_request: { branches: [main] } }',
      {
        name: 'pull_request',
        ref: 'refs/pull/1/merge',
        payload: { action: 'opened', pull_request: { base: { ref: 'main' } } },
      },
      true,
      '',
    ],
    [
      'another base branch',
      '{ pull_request: { branches: [main] } }',
      { name: 'pull_request', payload: { pull_request: { base: { ref: 'dev' } } } },
      false,
      'base branch dev',
    ],
    [
      'a usual type of pull request',
      'pull_request',
      { name: 'pull_request', payload: { action: 'labeled' } },
      false,
      'type labeled is not among opened',
    ],
    [
      'a listed type',
      '{ pull_request: { types: [labeled] } }',
      { name: 'pull_request', payload: { action: 'labeled' } },
      true,
      '',
    ],
    [
      'a pull request that does not say its base',
      '{ pull_request: { branches: [main] } }',
      { name: 'pull_request', payload: { pull_request: null } },
      true,
      '',
    ],
  ])('%s', (_, on, event, runs, why) => {
    const verdict = judge(on, event)
    expect(verdict.runs).toBe(runs)
    expect(verdict.why).toContain(why)
  })
})

describe('filter patterns', () => {
  test.each([
    ['feature/*', 'feature/a', true],
    ['feature/*', 'feature/a/b', false],
    ['feature/**', 'feature/a/b', true],
    ['**', 'all/of/it', true],
    ['*', 'a/b', false],
    ['**/docs/**', 'docs/hello.md', true],
    ['**/docs/**', 'dir/docs/a/b.txt', true],
    ['*.jsx?', 'page.js', true],
    ['*.jsx?', 'page.jsx', true],
    ['v[12].[0-9]+.[0-9]+', 'v2.10.3', true],
    ['v2*', 'v2.9', true],
    ['a.b', 'axb', false],
    ['\\*star', '*star', true],
    ['[open', '[open', true],
    ['+x', '+x', true],
    ['a[z-a]', 'a[z-a]', true],
    ['[^a-c]x', 'dx', true],
    ['[^a-c]x', 'bx', false],
    ['v[[]1]', 'v[1]', true],
    ['a**+', 'a**+', true],
    ['*', 'line\nend', true],
    ['*.🚀?', 'a.🚀', true],
  ])('%s and %s', (pattern, value, matches) => {
    expect(filterPattern(pattern)(value)).toBe(matches)
  })

  test.each([
    '**a**a**a**a**a**a**a**a**ab',
    '*a*a*a*a*a*a*a*a*a*a*a*a*ab',
    `${'**/a'.repeat(12)}/b`,
    `${'a?'.repeat(40)}${'a'.repeat(40)}b`,
    `${'[a]+'.repeat(12)}b`,
  ])('%s and a name of many letters are compared without trying every way, which would not end', pattern => {
    expect(filterPattern(pattern)('a'.repeat(5_000))).toBe(false)
    expect(filterPattern(pattern)('a/'.repeat(2_500))).toBe(false)
  })

  test('later patterns win', () => {
    expect(filterOf(['rel/**', '!rel/**-alpha', 'rel/x-alpha'])('rel/x-alpha')).toBe(true)
    expect(filterOf(['rel/**', '!rel/**-alpha'])('rel/x-alpha')).toBe(false)
    expect(filterOf(['!a'])('b')).toBe(false)
  })
})
