import { execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { RunEvent } from '@gantry/core'
import { logOf, tempFolder } from '@gantry/runner/testing'
import { describe, expect, it } from 'vitest'
import { change, ci, hasViewer, mark, monorepo, never, type Package } from '../testing/monorepo.ts'

/** Runs the script `test` of package `a`, changes a file that no script reads, and runs it again. */
async function twice(own: Package, others: Record<string, Package> = {}, files: Record<string, string> = {}) {
  const place = monorepo({ a: own, z: { scripts: {} }, ...others }, files)
  const first = await ci(place, 'pnpm --filter @x/a test')
  change(place, 'packages/z/z.txt')
  const second = await ci(place, 'pnpm --filter @x/a test')
  return { place, first, second, why: first.lines.find(line => line.startsWith('not remembered: test of @x/a')) }
}

describe.runIf(hasViewer)('a script is not remembered', () => {
  it.each([
    ['changes a file that people wrote', 'echo fixed >> a.txt', 'it changed packages/a/a.txt'],
    ['removes one', 'rm a.txt', 'it changed packages/a/a.txt'],
    [
      'writes into another package',
      'echo x > ../z/made.txt',
      'packages/z/made.txt, which is not in its package, changed while it ran',
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
    expect([never, why]).toContain(second.said['test @x/a'])
    expect(second.ran).not.toEqual([])
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

it.runIf(hasViewer)(
  'is remembered when it writes what Vitest does: a cache among the packages, and a summary',
  async () => {
    const test =
      'mkdir -p node_modules/.vite/x node_modules/.vitest-cache; echo x > node_modules/.vitest-cache/y; echo "# fine" >> $GITHUB_STEP_SUMMARY'
    const { first, second, why } = await twice({ scripts: { test } })
    expect([why, second.said]).toEqual([undefined, { 'test @x/a': 'restored' }])
    expect(second.job?.summary).toBe(first.job?.summary)
  },
)

it.runIf(hasViewer)('is remembered though a script of another runner on this machine still runs', async () => {
  const tickets = Array.from({ length: 2_000 }, (_, i) => ` ticket-${i} `).join('')
  const other = spawn('sleep', ['60'], { env: { ...process.env, GANTRY_TASK: tickets } })
  try {
    const { why, second } = await twice({ scripts: { test: mark('a') } })
    expect([why, second.ran]).toEqual([undefined, []])
  } finally {
    other.kill()
  }
})

describe.runIf(hasViewer)('a script always runs', () => {
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
})

describe.runIf(hasViewer)('many scripts', () => {
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
      b: { scripts: { test: `${mark('b')}; test -s ok` }, files: { ok: '' } },
    })
    const failed = await ci(place, 'pnpm -r --no-bail run test')
    expect(failed.conclusion).toBe('failure')
    change(place, 'packages/b/ok')
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

describe.runIf(hasViewer)('a script that is stopped', () => {
  it('hears of it, may say something last, and is not remembered', async () => {
    const begun = join(tempFolder(), 'begun')
    const slow = `trap 'echo ends well; exit 9' INT; echo begun; touch ${begun}; i=0; while [ $i -lt 100 ]; do i=$((i+1)); sleep 0.1; done`
    const place = monorepo({ a: { scripts: { test: slow } } })
    const stop = new AbortController()
    const events: RunEvent[] = []
    const on = (event: RunEvent): void => void events.push(event)
    const look = setInterval(() => existsSync(begun) && stop.abort(), 20)
    const grace = { interruptMs: 3_000, terminateMs: 200, cancelMs: 5_000 }
    const { conclusion } = await ci(place, 'pnpm --filter @x/a test', { signal: stop.signal, on, grace })
    clearInterval(look)
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
