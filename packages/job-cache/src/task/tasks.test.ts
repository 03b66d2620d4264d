import { describe, expect, it } from 'vitest'
import { change, ci, hasViewer, mark, monorepo, never } from '../testing/monorepo.ts'

const two = () =>
  monorepo({
    a: {
      scripts: { build: `${mark('a')}; mkdir -p dist; cp a.txt dist/a.txt; echo out of a; echo oh >&2` },
      files: { 'a.txt': 'one\n' },
    },
    b: {
      scripts: { build: `${mark('b')}; echo "a says $(cat node_modules/@x/a/dist/a.txt)"` },
      needs: ['@x/a'],
      files: { 'b.txt': 'b\n' },
    },
    c: { scripts: { build: mark('c') } },
  })

describe.runIf(hasViewer)('a script of a package', () => {
  it('is restored with output and files, which the packages that depend on it use', async () => {
    const place = two()
    const first = await ci(place, 'pnpm -r run build')
    expect(first.said).toEqual({ 'build @x/a': never, 'build @x/b': never, 'build @x/c': never })
    expect(first.ran).toEqual(['a', 'b', 'c'])
    change(place, 'packages/b/b.txt')
    const second = await ci(place, 'pnpm -r run build')
    expect(second.said).toEqual({
      'build @x/a': 'restored',
      'build @x/b': 'packages/b/b.txt changed',
      'build @x/c': 'restored',
    })
    expect(second.ran).toEqual(['b'])
    for (const text of ['out of a', 'oh', 'a says one', '2 of 3 tasks restored'])
      expect(second.lines.join('\n')).toContain(text)
    expect(second.lines.join('\n')).toMatch(/restored: build of @x\/a \(unchanged since \d\d:\d\d\)/)
  })

  it('runs when a package it depends on has changed, or a file of the root, and says so', async () => {
    const place = two()
    await ci(place, 'pnpm -r run build')
    change(place, 'packages/a/a.txt', 'two\n')
    const after = await ci(place, 'pnpm -r run build')
    expect(after.said).toEqual({
      'build @x/a': 'packages/a/a.txt changed',
      'build @x/b': 'its dependency @x/a: packages/a/a.txt, packages/a/dist/a.txt changed',
      'build @x/c': 'restored',
    })
    expect(after.lines.join('\n')).toContain('a says two')
    change(place, 'tsconfig.base.json', '{}')
    const last = await ci(place, 'pnpm -r run build')
    expect(last.said['build @x/c']).toBe('tsconfig.base.json changed')
    expect(last.ran).toEqual(['a', 'b', 'c'])
  })

  it('runs when its script, its arguments or its environment change', async () => {
    const place = two()
    await ci(place, 'pnpm --filter @x/c build')
    const stepEnv = () => ({ MODE: 'other' })
    expect((await ci(place, 'pnpm --filter @x/c build', { stepEnv })).said['build @x/c']).toBe(
      'its environment changed',
    )
    change(place, 'packages/a/a.txt')
    expect((await ci(place, 'pnpm --filter @x/c build')).ran).toEqual([])
    expect((await ci(place, 'pnpm --filter @x/c build --more')).said['build @x/c']).toMatch(/its script changed/)
  })

  it('runs when something else was generated into installed packages', async () => {
    const place = two()
    const generate = 'mkdir -p node_modules/.prisma; cp packages/b/b.txt node_modules/.prisma/client'
    await ci(place, [generate, 'pnpm --filter @x/c build'])
    change(place, 'packages/a/a.txt')
    expect((await ci(place, [generate, 'pnpm --filter @x/c build'])).ran).toEqual([])
    change(place, 'packages/b/b.txt')
    const after = await ci(place, [generate, 'pnpm --filter @x/c build'])
    expect(after.said).toEqual({ 'build @x/c': 'what earlier steps left behind changed' })
  })

  it('runs in a job that has other files than the run', async () => {
    const place = two()
    const checkout = { uses: 'actions/checkout@v4', with: { path: 'beside' } }
    for (const _ of [1, 2])
      expect((await ci(place, 'pnpm --filter @x/c build', {}, { before: [checkout] })).said).toEqual({})
  })

  it('is not remembered when it fails', async () => {
    const place = monorepo({ a: { scripts: { test: `${mark('a')}; exit 3` } } })
    for (const _ of [1, 2]) {
      const { said, ran, conclusion, job } = await ci(place, 'pnpm --filter @x/a test')
      // With less in sight, and then with everything.
      expect([said['test @x/a'], ran, conclusion]).toEqual([never, ['a', 'a'], 'failure'])
      expect(job?.steps.at(-1)?.exitCode).not.toBe(0)
    }
  })

  it('keeps its exit code and the order of what it says on both ways', async () => {
    const say = 'echo 1; echo 2 >&2; echo 3; echo 4 >&2'
    const place = monorepo({ a: { scripts: { test: say, check: 'exit 7' } }, z: { scripts: {} } })
    const steps = ['pnpm --filter @x/a test', 'cd packages/a; pnpm check || echo "ended with $?"']
    for (const restored of [0, 1]) {
      const { lines } = await ci(place, steps)
      expect(lines.filter(line => /^\d$/.test(line))).toEqual(['1', '2', '3', '4'])
      expect(lines).toContain('ended with 7')
      expect(lines).toContain(`${restored} of 1 tasks restored`)
      change(place, 'packages/z/z.txt')
    }
  })
})
