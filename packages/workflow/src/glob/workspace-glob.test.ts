import { describe, expect, test } from 'vitest'
import { workspaceGlob } from './workspace-glob.ts'

describe('globs of pnpm-workspace.yaml', () => {
  test.each([
    ['packages/*', 'packages/a', true],
    ['packages/*', 'packages/a/b', false],
    ['packages/*', 'packages/.a', false],
    ['packages/.*', 'packages/.a', true],
    ['packages/**', 'packages', true],
    ['packages/**', 'packages/a/b', true],
    ['packages/**', 'packages/a/.b', false],
    ['packages/**', 'packages-old/a', false],
    ['**', 'a/b', true],
    ['**/test', 'test', true],
    ['**/test', 'a/b/test', true],
    ['**/test/**', 'a/test/b', true],
    ['**/test/**', 'a/tests/b', false],
    ['{apps,packages}/*', 'apps/a', true],
    ['{apps,packages/*}/*', 'packages/x/a', true],
    ['{apps,packages}/*', 'tools/a', false],
    ['packages/@(a|b)', 'packages/b', true],
    ['packages/+(a|b)c', 'packages/abc', true],
    ['packages/!(a|b)', 'packages/c', true],
    ['packages/!(a|b)', 'packages/b', false],
    ['!(x)/!(y)', 'a/b', true],
    ['!(x)/!(y)', 'x/b', false],
    ['!(x)/!(y)', 'a/y', false],
    ['packages/app-?', 'packages/app-1', true],
    ['packages/[a-c]', 'packages/b', true],
    ['packages/[!a-c]', 'packages/b', false],
    ['a,b', 'a,b', true],
    ['a.b', 'axb', false],
    ['a{b', 'a{b', true],
    ['a\\*', 'a*', true],
  ])('%s and %s', (glob, folder, isMeant) => {
    expect(workspaceGlob(glob)(folder)).toBe(isMeant)
  })

  test.each(['**a**a**a**a**a**a**a**a**ab', '+(a|aa|+(a))b', '*(*(*(a)))b', `${'{a,a}'.repeat(30)}b`])(
    '%s and a name of many letters are compared without trying every way, which would not end',
    glob => {
      expect(workspaceGlob(glob)('a'.repeat(5_000))).toBe(false)
    },
  )
})
