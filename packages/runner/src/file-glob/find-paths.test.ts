import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { create } from '@actions/glob'
import { describe, expect, test, vi } from 'vitest'
import { tempFolder } from '../testing/test-machine.ts'
import { findPaths } from './find-paths.ts'

/** A tree of these paths: one with a slash at its end is a folder, `a -> b` a link. */
function treeOf(...paths: string[]): string {
  const root = tempFolder()
  for (const path of paths) {
    const [at = '', target] = path.split(' -> ')
    mkdirSync(dirname(join(root, at)), { recursive: true })
    if (target !== undefined) symlinkSync(target, join(root, at))
    else if (at.endsWith('/')) mkdirSync(join(root, at), { recursive: true })
    else writeFileSync(join(root, at), '')
  }
  return root
}

const found = (root: string, ...patterns: string[]): string[] =>
  findPaths(root, patterns)
    .map(path => relative(root, path) || '.')
    .sort()

describe('findPaths', () => {
  const root = treeOf(
    'node_modules/x/index.js',
    'node_modules/.bin/x -> ../x/index.js',
    'apps/web/node_modules/y/node_modules/z/',
    'apps/web/dist/a.js',
    'apps/web/dist/b.map',
    'apps/api/node_modules/',
    'gone -> nowhere',
    'link -> apps/web',
    'round -> .',
    'odd [name]/f',
  )

  test.each([
    [['**/node_modules'], ['apps/api/node_modules', 'apps/web/node_modules', 'node_modules']],
    [
      ['**/node_modules', '!apps/api/node_modules'],
      ['apps/web/node_modules', 'node_modules'],
    ],
    [['apps/*/dist/*', '!**/*.map'], ['apps/web/dist/a.js']],
    [['apps/**'], ['apps']],
    [['apps', 'apps/web/dist'], ['apps']],
    [['apps/web/d?st/', 'apps/web/dist/a.js/'], ['apps/web/dist']],
    [['gone', 'nothing', 'no/*.x'], []],
    [['.'], ['.']],
    [['link/dist'], ['link/dist']],
    [['[z-a]*', 'apps/web/dist/[!b].js'], ['apps/web/dist/a.js']],
    [['*/[ab].js', 'odd \\[*/f'], ['odd [name]/f']],
  ])('%j matches %j', (patterns, paths) => {
    expect(found(root, ...patterns)).toEqual(paths)
  })

  test('the folder that patterns are relative to may be named like a pattern', () => {
    expect(found(join(root, 'odd [name]'), 'f', '*')).toEqual(['f'])
  })

  test('looks once into a folder that many links lead to', () => {
    const names = Array.from({ length: 14 }, (_, i) => `p${i}`)
    const links = names.flatMap(name => names.map(other => `${name}/deps/${other} -> ../../${other}`))
    const woven = treeOf(...links, ...names.map(name => `${name}/dist/x.js`))
    expect(found(woven, '**/dist')).toHaveLength(names.length)
  })

  test('compares a pattern of many wildcards with a long name without trying every way, which would not end', () => {
    const long = treeOf(`x/${'a'.repeat(200)}`)
    expect(found(long, `x/${'*a'.repeat(20)}b`, `x/${'[a]*'.repeat(20)}b`)).toEqual([])
  })

  test('agrees with @actions/glob about which files come, over random trees and patterns', async () => {
    // It says every folder it searches as a workflow command.
    vi.spyOn(process.stdout, 'write').mockReturnValue(true)
    let seed = 7
    const pick = <T>(from: readonly T[]): T => {
      seed = (seed * 48_271) % 2_147_483_647
      return from[seed % from.length] as T
    }
    const names = ['a', 'b', 'ab', '.c', 'node_modules']
    const parts = ['a', 'b', '*', '**', 'a*', '?', '[ab]', '[!a]', '.c', '*b*', 'node_modules']
    for (let round = 0; round < 150; round++) {
      const tree = treeOf(
        ...Array.from({ length: 8 }, () => `${pick(names)}/${pick(names)}/${pick(names)}${pick(['', '/x', '/'])}/`),
      )
      const pattern = (): string =>
        `${pick(['', '', '!'])}${tree}/${[pick(parts), pick(parts), pick(parts)].slice(0, pick([1, 2, 3])).join('/')}${pick(['', '', '/'])}`
      const patterns = [pattern(), pattern(), pattern()]
      const globber = await create(patterns.join('\n'), { implicitDescendants: false })
      expect(packed(findPaths(tree, patterns)), patterns.join(' ')).toEqual(packed(await globber.glob()))
    }
    vi.restoreAllMocks()
  })
})

/** Everything that comes when these paths are packed. */
function packed(paths: readonly string[]): string[] {
  const below = (path: string): string[] => [
    path,
    ...readdirSync(path, { withFileTypes: true }).flatMap(entry => below(join(path, entry.name))),
  ]
  return [...new Set(paths.flatMap(below))].sort()
}
