import { execFileSync, spawn } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { RunEvent } from '@gantry/core'
import { describe, expect, it } from 'vitest'
import { logOf, tempFolder } from '../../testing/test-machine.ts'
import { change, ci, mark, monorepo, never, type Package } from '../testing/monorepo.ts'

/** Runs the script `test` of package `a`, changes a file that no script reads, and runs it again. */
async function twice(own: Package, others: Record<string, Package> = {}, files: Record<string, string> = {}) {
  const place = monorepo({ a: own, z: { scripts: {} }, ...others }, files)
  const first = await ci(place, 'pnpm --filter @x/a test')
  change(place, 'packages/z/z.txt')
  const second = await ci(place, 'pnpm --filter @x/a test')
  return { place, first, second, why: first.lines.find(line => line.startsWith('not remembered: test of @x/a')) }
}

describe('a script is not remembered', () => {
  it.each([
    ['changes a file that people wrote', 'echo fixed >> a.txt', 'it changed packages/a/a.txt'],
    ['removes one', 'rm a.txt', 'it changed packages/a/a.txt'],
    [
      'writes into another package',
      'echo x > ../z/made.txt',
      'packages/z/made.txt, which it may read, changed while it ran',
    ],
    [
      'writes into another package by a way nobody sees',
      'cd "$(dirname "$PWD")/z" && echo x > made.txt',
      'packages/z/made.txt, which is not in its package, changed while it ran',
    ],
    [
      'writes to the root',
      'echo x > "$(dirname "$(dirname "$PWD")")/made.txt"',
      'made.txt, which it may read, changed while it ran',
    ],
    [
      'writes into an installed package',
      'mkdir -p node_modules/.prisma && echo x > node_modules/.prisma/client.js',
      'packages/a/node_modules/.prisma changed while it ran',
    ],
    ['tells the step something', 'echo a=b >> $GITHUB_OUTPUT', 'it told the step something'],
    ['writes beside the checkout', 'echo b >> $RUNNER_TEMP/x', 'files beside the checkout changed'],
    ['leaves a process behind', 'node behind.mjs', 'it left a process behind'],
    ['leaves a pipe', 'mkfifo dist', 'it left packages/a/dist, which is no file'],
    ['hides something', 'echo "::add-mask::hush"', 'it wrote a secret'],
    ['puts this run into a file that is no text', 'printf "\\\\0$PWD" > made.bin', 'is no text and holds the folder'],
  ])('that %s', async (_, script, why) => {
    const behind =
      "import { spawn } from 'node:child_process'\nspawn('sleep', ['5'], { detached: true, stdio: 'ignore' }).unref()"
    const files = { 'a.txt': 'a\n', 'behind.mjs': behind }
    const { first, second, why: said } = await twice({ scripts: { test: `${mark('a')}; ${script}` }, files })
    expect(said).toContain(why)
    expect([first.conclusion, second.conclusion]).toEqual(['success', 'success'])
    expect(second.said).toEqual({ 'test @x/a': never })
    expect(second.ran).toEqual(['a'])
  })

  it('that shows a secret', async () => {
    const place = monorepo({ a: { scripts: { test: `${mark('a')}; echo "it is $HUSH"` } } })
    const machine = { secrets: () => ({ HUSH: 'hush-hush' }), stepEnv: () => ({ HUSH: 'hush-hush' }) }
    const { lines } = await ci(place, 'pnpm --filter @x/a test', machine)
    expect(lines).toContain('it is ***')
    expect(lines).toContain('not remembered: test of @x/a (it wrote a secret)')
    const kept = execFileSync('sh', ['-c', 'find . -name bytes.gz | xargs -r zcat'], { cwd: place.memoryDir })
    expect(kept.toString()).not.toContain('hush')
  })
})

it('is remembered when it writes what Vitest does: a cache among the packages, and a summary', async () => {
  const test =
    'mkdir -p node_modules/.vite/x node_modules/.vitest-cache; echo x > node_modules/.vitest-cache/y; echo "# fine" >> $GITHUB_STEP_SUMMARY'
  const { first, second, why } = await twice({ scripts: { test } })
  expect([why, second.said]).toEqual([undefined, { 'test @x/a': 'restored' }])
  expect(second.job?.summary).toBe(first.job?.summary)
})

it('is remembered though a script of another runner on this machine still runs', async () => {
  const tickets = Array.from({ length: 2_000 }, (_, i) => ` ticket-${i} `).join('')
  const other = spawn('sleep', ['60'], { env: { ...process.env, GANTRY_TASK: tickets } })
  try {
    const { why, second } = await twice({ scripts: { test: mark('a') } })
    expect([why, second.ran]).toEqual([undefined, []])
  } finally {
    other.kill()
  }
})

describe('a script always runs', () => {
  it.each([
    ['deploy', 'true', '"deploy" may do more than write files'],
    ['db:seed:check', 'true', '"db" may do more than write files'],
    ['prebuild:docker', 'true', '"docker" may do more than write files'],
    ['greet', 'true', 'its name is none of a check or a build'],
    ['build', 'docker --version || true', 'docker may do more than write files'],
    ['test', 'sleep 0 & true', '"& t" may do more than write files'],
    ['test:e2e', 'true', '"e2e" may do more than write files'],
    ['test', 'true || playwright test', 'playwright may do more than write files'],
  ])('when it is "%s": %s', async (name, script, why) => {
    const place = monorepo({ a: { scripts: { [name]: script } } })
    const { said, conclusion } = await ci(place, `pnpm --filter @x/a run ${name}`)
    expect([said[`${name} @x/a`], conclusion]).toEqual([why, 'success'])
  })

  it.each([
    ['.npmrc', 'script-shell=/bin/sh\n'],
    ['package.json', '{ "name": "root", "private": true, "pnpm": { "shellEmulator": false } }'],
    ['packages/a/.npmrc', 'shell-emulator=true\n'],
  ])('where %s says how scripts are run', async (path, text) => {
    const { second } = await twice({ scripts: { test: mark('a') } }, {}, { [path]: text })
    expect(second.said).toEqual({})
    expect(second.ran).toEqual(['a'])
    expect(second.lines).toContain(`every script runs: ${path} says how scripts are run`)
  })

  it.each([
    [
      'a server that a step before has left',
      ['node server.mjs', 'pnpm --filter @x/a test'],
      'a step before left a process',
    ],
    [
      'a container',
      ['docker --version || true', 'pnpm --filter @x/a test'],
      'docker in a step may do more than write files',
    ],
    ['a server of the step', ['sleep 3 & pnpm --filter @x/a test'], '"& p" in a step may do more than write files'],
  ])('beside %s', async (_, steps, why) => {
    const server =
      "import { spawn } from 'node:child_process'\nspawn('sleep', ['5'], { detached: true, stdio: 'ignore' }).unref()"
    const place = monorepo({ a: { scripts: { test: mark('a') } } }, { 'server.mjs': server })
    const { said, ran, lines } = await ci(place, steps)
    expect([said, ran]).toEqual([{}, ['a']])
    expect(lines).toContain(`every script runs: ${why}`)
  })

  it('of which there is nothing left but an older week', async () => {
    const { place } = await twice({ scripts: { test: mark('a') } })
    const later = { ...place, now: () => new Date(Date.now() + 8 * 86_400_000) }
    change(place, 'packages/z/z.txt')
    expect((await ci(later, 'pnpm --filter @x/a test')).said).toEqual({
      'test @x/a': 'it last ran more than a week ago',
    })
  })
})

describe('a package that is read without being declared', () => {
  it.each([
    ['a script', { 'x.txt': '' }, 'cat ../b/b.txt', 'which packages/a/package.json names', 'restored'],
    ['an import', { 'src/a.mjs': "import '../../b/b.mjs'" }, 'true', 'which packages/a/src/a.mjs names', 'restored'],
    [
      'a path in pieces',
      { 'a.mjs': "join(import.meta.dirname, '..', 'b', 'b.txt')" },
      'true',
      'which packages/a/a.mjs names',
      'restored',
    ],
    [
      'a path that is computed',
      { 'a.mjs': 'const b = `../$' + '{name}/b.txt`' },
      'true',
      'which packages/a/a.mjs names',
    ],
    ['the folder above', { 'a.mjs': "resolve('..')" }, 'true', 'which packages/a/a.mjs names'],
    ['its name', { 'a.ts': "import '@x/b/sub'" }, 'true', 'which packages/a/a.ts names', 'restored'],
    ['a file of the root', { 'a.mjs': "import '../../tool.mjs'" }, 'true', 'which tool.mjs names', 'restored'],
    [
      'a folder of packages in a file of the root',
      { 'a.mjs': "import '../../folders.mjs'" },
      'true',
      'which folders.mjs names',
    ],
    [
      'a file of the root that looks around',
      { 'a.mjs': "import '../../around.mjs'" },
      'true',
      'which may be read: around.mjs goes from its folder to others it does not name',
    ],
    ['a scoped name in a script', { 'x.txt': '' }, 'echo @x/b/sub', 'which packages/a/package.json names', 'restored'],
    ['an alias of a tsconfig', { 'a.ts': "import '~b/x'" }, 'true', 'which tsconfig.base.json names', 'restored'],
    [
      'git',
      { 'a.mjs': "execFileSync('git', ['ls-files'])" },
      'true',
      'which may be read: packages/a/a.mjs asks git or pnpm for files of the repository',
    ],
  ])('decides as well: %s', async (_, files, script, why, whenZ?: string) => {
    const place = monorepo(
      {
        a: { scripts: { test: `${mark('a')}; ${script}` }, files },
        b: { scripts: {}, files: { 'b.txt': 'b\n' } },
        z: { scripts: {} },
      },
      {
        'folders.mjs': "readdirSync('packages')",
        'around.mjs': 'readdirSync(import.meta.dirname)',
        'tool.mjs': "readFileSync('./packages/b/b.txt')",
        'tsconfig.base.json': '{ "compilerOptions": { "paths": { "~b/*": ["packages/b/*"], "~z": ["packages/z"] } } }',
      },
    )
    await ci(place, 'pnpm --filter @x/a test')
    change(place, 'packages/b/b.txt')
    const { said, ran } = await ci(place, 'pnpm --filter @x/a test')
    expect(said).toEqual({ 'test @x/a': `@x/b, ${why}: packages/b/b.txt changed` })
    expect(ran).toEqual(['a'])
    change(place, 'packages/z/z.txt')
    const third = await ci(place, 'pnpm --filter @x/a test')
    expect(third.said).toEqual({ 'test @x/a': whenZ ?? `@x/z, ${why}: packages/z/z.txt changed` })
  })

  it('but not when only the settings of what starts scripts or ships releases name it', async () => {
    const services = "export default { services: { b: { path: 'packages/b', artifact: 'packages/b/dist' } } }\n"
    const place = monorepo(
      { a: { scripts: { test: mark('a') } }, b: { scripts: { test: mark('b') } } },
      { 'gantry.config.ts': services, 'vercel.json': '{ "outputDirectory": "packages/b/dist" }' },
    )
    await ci(place, 'pnpm -r run test')
    change(place, 'packages/b/b.txt')
    const { said, ran } = await ci(place, 'pnpm -r run test')
    expect([said, ran]).toEqual([{ 'test @x/a': 'restored', 'test @x/b': 'packages/b/b.txt changed' }, ['b']])
    change(place, 'gantry.config.ts', `${services}// more\n`)
    expect((await ci(place, 'pnpm -r run test')).said['test @x/a']).toBe('gantry.config.ts changed')
  })

  it('no longer, which is said', async () => {
    const place = monorepo({
      b: { scripts: {}, files: { 'b.mjs': '' } },
      y: { scripts: {}, files: { 'y.mjs': "import '../b/b.mjs'\n" } },
      z: { scripts: { test: mark('z') }, needs: ['@x/y'] },
    })
    await ci(place, 'pnpm --filter @x/z test')
    change(place, 'packages/y/y.mjs', 'export {}\n')
    const { said } = await ci(place, 'pnpm --filter @x/z test')
    const files = 'packages/b/b.mjs, packages/b/package.json, packages/y/y.mjs changed'
    expect(said).toEqual({ 'test @x/z': `@x/b, which counted then: ${files}` })
  })

  it('by a link in the package', async () => {
    const place = monorepo({ a: { scripts: { test: mark('a') } }, b: { scripts: {}, files: { 'b.txt': 'b\n' } } })
    execFileSync('ln', ['-s', '../b', join(place.dir, 'packages/a/beside')])
    await ci(place, 'pnpm --filter @x/a test')
    change(place, 'packages/b/b.txt')
    expect((await ci(place, 'pnpm --filter @x/a test')).ran).toEqual(['a'])
  })
})

describe('many scripts', () => {
  it('at once are each restored as they were', async () => {
    const names = ['p1', 'p2', 'p3', 'p4', 'p5', 'p 6']
    const own = (name: string): Package => ({
      scripts: {
        build: `${mark(`"${name}"`)}; sleep 0.2; mkdir -p dist; echo "${name}" > dist/out; cat dist/out; pwd > dist/pwd`,
      },
    })
    const place = monorepo({ ...Object.fromEntries(names.map(name => [name, own(name)])), z: { scripts: {} } })
    const steps = ['pnpm -r --workspace-concurrency=6 run build', 'cat packages/*/dist/out packages/*/dist/pwd']
    const first = await ci(place, steps)
    expect(first.ran).toEqual([...names].sort())
    expect(first.lines.filter(line => line.startsWith('not remembered'))).toEqual([])
    change(place, 'packages/z/z.txt')
    const second = await ci(place, steps)
    expect(second.ran).toEqual([])
    const shown = (lines: string[]) => lines.filter(line => names.includes(line)).sort()
    expect(shown(second.lines)).toEqual(shown(first.lines))
    // What it wrote of the folder it ran in is of the folder it is in now.
    const folders = second.lines.filter(line => /\/work\/packages\/p/.test(line))
    expect(new Set(folders).size).toBe(6)
    expect(first.lines).not.toContain(folders[0])
  })

  it('inside of one another are restored by themselves when the outer one runs', async () => {
    const place = monorepo(
      { a: { scripts: { lint: mark('a') }, files: { 'a.txt': '' } }, b: { scripts: { lint: mark('b') } } },
      {
        'package.json': `{ "name": "root", "private": true, "scripts": { "lint": "pnpm -r run lint; ${mark('root').replaceAll('"', '\\"')}" } }`,
      },
    )
    expect((await ci(place, 'pnpm lint')).ran).toEqual(['a', 'b', 'root'])
    change(place, 'packages/a/a.txt')
    const { said, ran } = await ci(place, 'pnpm lint')
    expect(said).toEqual({
      'lint root': 'packages/a/a.txt changed',
      'lint @x/a': 'packages/a/a.txt changed',
      'lint @x/b': 'restored',
    })
    expect(ran).toEqual(['a', 'root'])
  })

  it('of a job that failed are remembered when they succeeded themselves', async () => {
    const place = monorepo({
      a: { scripts: { test: mark('a') } },
      b: { scripts: { test: `${mark('b')}; test -e ok` } },
    })
    const failed = await ci(place, 'pnpm -r --no-bail run test')
    expect(failed.conclusion).toBe('failure')
    change(place, 'packages/b/ok', '')
    const { conclusion, ran } = await ci(place, 'pnpm -r --no-bail run test')
    expect([conclusion, ran]).toEqual(['success', ['b']])
  })

  it('have their summaries restored, each its own, also one inside of another', async () => {
    const say = (name: string) =>
      `${mark(name)}; sleep 0.1; echo "summary of ${name} in $PWD" >> $GITHUB_STEP_SUMMARY; `
    const place = monorepo({
      a: { scripts: { test: `${say('a')} pnpm run test:in`, 'test:in': say('inner') } },
      b: { scripts: { test: say('b') } },
      z: { scripts: {} },
    })
    const first = await ci(place, 'pnpm -r --workspace-concurrency=4 run test')
    expect(first.lines.filter(line => line.startsWith('not remembered'))).toEqual([])
    change(place, 'packages/z/z.txt')
    const second = await ci(place, 'pnpm -r --workspace-concurrency=4 run test')
    expect([first.ran, second.ran]).toEqual([['a', 'b', 'inner'], []])
    const shown = (summary = '') =>
      summary
        .split('\n')
        .map(line => line.replace(/ in .*work/, ''))
        .sort()
    expect(shown(second.job?.summary)).toEqual(shown(first.job?.summary))
    expect(shown(first.job?.summary).join(' ')).toMatch(/of a.*of b.*of inner/)
    expect(second.job?.summary).not.toContain(/in (\/.*)\/work/.exec(first.job?.summary ?? '')?.[1])
  })

  it('take deletions along, and what they told GitHub in words', async () => {
    const test = `${mark('a')}; echo $(ls dist); rm -f dist/old; echo new > dist/new; echo "::warning file=a.txt,line=3::look here"`
    const place = monorepo({
      a: { scripts: { build: 'mkdir -p dist; echo old > dist/old', test } },
      z: { scripts: {} },
    })
    const steps = ['pnpm --filter @x/a build', 'pnpm --filter @x/a test', 'ls packages/a/dist']
    await ci(place, steps)
    change(place, 'packages/z/z.txt')
    const { ran, lines, job } = await ci(place, steps)
    expect(ran).toEqual([])
    expect(lines.slice(lines.lastIndexOf('##[endgroup]') + 1)).toEqual(['new'])
    expect(job?.annotations).toContainEqual(expect.objectContaining({ file: 'a.txt', line: 3, message: 'look here' }))
  })
})

describe('a script that is stopped', () => {
  it('hears of it, may say something last, and is not remembered', async () => {
    const slow = `trap 'echo ends well; exit 9' INT; echo begun; i=0; while [ $i -lt 100 ]; do i=$((i+1)); sleep 0.1; done`
    const place = monorepo({ a: { scripts: { test: slow } } })
    const stop = new AbortController()
    const events: RunEvent[] = []
    const on = (event: RunEvent): void => {
      events.push(event)
      if (event.kind === 'log' && event.lines.some(({ text }) => text === 'begun')) stop.abort()
    }
    const grace = { interruptMs: 3_000, terminateMs: 200, cancelMs: 5_000 }
    const { conclusion } = await ci(place, 'pnpm --filter @x/a test', { signal: stop.signal, on, grace })
    expect(conclusion).toBe('cancelled')
    expect(logOf(events)).toContain('ends well')
    expect(execFileSync('find', [place.memoryDir, '-name', 'bytes.gz']).toString()).toBe('')
  })
})

/** The wrapper alone, with a runner that is a process of its own. */
describe('when the runner is gone', () => {
  const starts = (dir: string) => `
    import { Desk } from ${JSON.stringify(join(import.meta.dirname, 'desk.ts'))}
    const desk = new Desk(${JSON.stringify(dir)}, { asked: () => new Promise(() => process.send('asked')), done: async () => {} })
    process.send(await desk.open())`

  it('a script that waits for an answer runs, and one that comes later too', async () => {
    const dir = tempFolder()
    const main = join(dir, 'main.mts')
    writeFileSync(main, starts(join(dir, 'desk')))
    const runner = spawn(process.execPath, [main], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
    const heard = () => new Promise(resolve => runner.once('message', resolve))
    const shell = String(await heard())
    const env = { ...process.env, npm_command: 'run-script', npm_config_user_agent: 'pnpm/12.0.0' }
    const out = join(dir, 'out')
    mkdirSync(out)
    const start = (name: string) =>
      spawn(
        'sh',
        ['-c', `"${shell}" -c "echo ${name}; exit 5" >${out}/${name} 2>${out}/${name}.err; echo $? >>${out}/${name}`],
        { env },
      )
    const ended = (child: ReturnType<typeof spawn>) => new Promise(resolve => child.once('close', resolve))
    const asked = heard()
    const waiting = start('waits')
    await asked
    runner.kill('SIGKILL')
    await ended(waiting)
    expect(readFileSync(join(out, 'waits'), 'utf8')).toBe('waits\n5\n')
    await ended(start('late'))
    expect(readFileSync(join(out, 'late'), 'utf8')).toBe('late\n5\n')
  })
})
