import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { change, ci, mark, monorepo, type Package } from '../testing/monorepo.ts'

/** As where no program can hide anything. */
const strictly = { viewer: async () => undefined }
/** A job that has to run again though its files are the same: its last step differs. */
const and = (script: string, more: string): string[] => [script, `echo ${more}`]

const readers: [name: string, own: Package][] = [
  [
    'finds the folder by the shell',
    {
      scripts: {
        test: `node -e "require('child_process').execSync('! grep -rl bad $(dirname $(dirname $PWD))/packages --include=*.txt')"`,
      },
    },
  ],
  [
    'computes the folder from its own',
    {
      scripts: { test: 'node test.cjs' },
      files: {
        'test.cjs': `const fs = require('fs'), dir = __dirname.replace(/a$/, '')
for (const each of fs.readdirSync(dir)) for (const f of fs.readdirSync(dir + each)) if (f.endsWith('.txt') && fs.readFileSync(dir + each + '/' + f, 'utf8').includes('bad')) process.exit(1)`,
      },
    },
  ],
  [
    'decodes the path',
    { scripts: { test: `! grep -q bad "$(echo ${Buffer.from('../b/b.txt').toString('base64')} | base64 -d)"` } },
  ],
  [
    'goes by letters',
    { scripts: { test: `d=.; d=$d.; for p in "$d"/?/*.txt; do ! grep -q bad "$p" || exit 1; done` } },
  ],
]

describe('a script whose reads no text shows', () => {
  it.each(readers)('runs when a file it reads has changed: it %s', async (_, own) => {
    const place = monorepo({ a: own, b: { scripts: {}, files: { 'b.txt': 'good\n' } } })
    const step = 'pnpm --filter @x/a test'
    expect((await ci(place, step, {}, strictly)).conclusion).toBe('success')
    change(place, 'packages/b/b.txt', 'bad\n')
    const after = await ci(place, step, {}, strictly)
    expect([after.said, after.conclusion]).toEqual([{ 'test @x/a': 'packages/b/b.txt changed' }, 'failure'])
  })
})

describe('where nothing can be hidden, a script is restored', () => {
  const place = () =>
    monorepo({
      a: { scripts: { build: `${mark('a')}; mkdir -p dist; cp a.txt dist` }, files: { 'a.txt': 'a\n' } },
      b: { scripts: { build: `${mark('b')}; cat node_modules/@x/a/dist/a.txt` }, needs: ['@x/a'] },
      c: { scripts: { build: `${mark('c')}; mkdir -p dist; echo c > dist/c` } },
      d: { scripts: { build: `${mark('d')}; sleep 0.3` } },
    })

  it('when the whole tree is the same, and only then', async () => {
    const all = place()
    expect((await ci(all, and('pnpm -r run build', '1'), {}, strictly)).ran).toEqual(['a', 'b', 'c', 'd'])
    const again = await ci(all, and('pnpm -r run build', '2'), {}, strictly)
    expect([again.ran, again.conclusion]).toEqual([[], 'success'])
    change(all, 'packages/d/d.txt')
    const changed = await ci(all, and('pnpm -r run build', '2'), {}, strictly)
    expect(changed.ran).toEqual(['a', 'b', 'c', 'd'])
    expect(changed.said['build @x/a']).toBe('packages/d/d.txt changed')
  })

  it('also in a later step, after all that was built before', async () => {
    const all = place()
    const steps = (word: string) => ['pnpm -r run build', 'pnpm -r --workspace-concurrency=4 run build', `echo ${word}`]
    await ci(all, steps('1'), {}, strictly)
    expect((await ci(all, steps('2'), {}, strictly)).ran).toEqual([])
  })

  it.each([
    ['a file beside package folders', (dir: string) => change({ dir } as never, 'tools/x.mjs')],
    ['a new file', (dir: string) => change({ dir } as never, 'packages/d/new.txt')],
    ['a mode', (dir: string) => void execFileSync('chmod', ['+x', join(dir, 'packages/a/a.txt')])],
    ['a link', (dir: string) => void execFileSync('ln', ['-s', '../../x', join(dir, 'packages/d/link')])],
    [
      'a file in a folder named node_modules',
      (dir: string) => change({ dir } as never, 'packages/d/fixtures/node_modules/x.js'),
    ],
  ])('not after %s has changed', async (_, edit) => {
    const all = monorepo(
      { a: { scripts: { test: mark('a') }, files: { 'a.txt': '' } }, d: { scripts: {} } },
      {
        '.gitignore': '/node_modules\n/packages/*/node_modules\ndist\n',
        'packages/d/fixtures/node_modules/x.js': '1',
        'tools/x.mjs': '',
      },
    )
    const step = 'pnpm --filter @x/a test'
    await ci(all, and(step, '1'), {}, strictly)
    expect((await ci(all, and(step, '2'), {}, strictly)).ran).toEqual([])
    edit(all.dir)
    expect((await ci(all, and(step, '2'), {}, strictly)).ran).toEqual(['a'])
  })

  it('not after a commit or a new branch, which git tells a script of', async () => {
    const all = place()
    await ci(all, and('pnpm --filter @x/c build', '1'), {}, strictly)
    const committed = await ci(all, and('pnpm --filter @x/c build', '1'), {}, { ...strictly, sha: 'ff00' })
    expect(committed.said).toEqual({ 'build @x/c': 'the commit, branch or event changed' })
    execFileSync('git', ['branch', 'other'], { cwd: all.dir })
    const branched = await ci(all, and('pnpm --filter @x/c build', '2'), {}, strictly)
    expect(branched.said).toEqual({ 'build @x/c': 'the commit, branch or event changed' })
  })

  it('not when a step before left something else in the home folder, which is also the job’s', async () => {
    const all = place()
    const steps = (word: string) => [`echo ${word} > ~/setting`, 'pnpm --filter @x/c build']
    const before = 'test ! -e packages/c/none || cat packages/c/none > ~/setting'
    await ci(all, [before, 'pnpm --filter @x/c build', 'echo 1'], {}, strictly)
    expect((await ci(all, [before, 'pnpm --filter @x/c build', 'echo 2'], {}, strictly)).ran).toEqual([])
    expect((await ci(all, steps('x'), {}, strictly)).ran).toEqual(['c'])
  })

  it('not when a file of another package changed while it ran', async () => {
    const all = monorepo({
      a: { scripts: { test: `${mark('a')}; sleep 1` } },
      b: { scripts: { test: `${mark('b')}; sleep 0.3; echo changed >> b.txt` }, files: { 'b.txt': '' } },
    })
    const { lines } = await ci(all, 'pnpm -r --workspace-concurrency=2 run test', {}, strictly)
    expect(lines).toContain('not remembered: test of @x/a (packages/b/b.txt, which it may read, changed while it ran)')
  })
})
