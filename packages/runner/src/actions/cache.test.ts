import { spawn } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, truncateSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { numericRunId } from '@gantry/workflow'
import { oneJob, testFacts } from '@gantry/workflow/testing'
import { describe, expect, test } from 'vitest'
import type { Machine } from '../run/machine.ts'
import { runText, tempFolder, testMachine } from '../testing/test-machine.ts'

describe('actions/cache', () => {
  const text = (key: string, extra = ''): string =>
    oneJob(
      `- id: c\n  uses: actions/cache@v4\n  with: { path: "stuff\\n~/.tool", key: ${key}, restore-keys: "k-" ${extra} }\n- run: echo "hit=\${{ steps.c.outputs.cache-hit }} $(cat stuff/x || echo none)"; mkdir -p stuff; echo \${{ github.run_id }} > stuff/x`,
    )

  test('is saved after the job, found by its key, else by the newest restore key', async () => {
    const machine = testMachine()
    const first = await runText(text('k-1'), machine, { id: 'one' })
    expect(first.log).toContain('hit= none')
    expect(first.job('a').steps.at(-1)).toMatchObject({
      name: 'Post Run actions/cache@v4',
      conclusion: 'success',
      number: 3,
    })
    const again = testMachine({ cacheDir: machine.cacheDir })
    const second = await runText(text('k-1'), again, { id: 'two' })
    expect(second.log).toContain(`hit=true ${numericRunId('one')}`)
    expect(second.job('a').steps).toHaveLength(2)
    const third = await runText(text('k-2'), testMachine({ cacheDir: machine.cacheDir }), { id: 'three' })
    expect(third.log).toContain(`hit=false ${numericRunId('one')}`)
  })

  test('is not saved by a job that failed', async () => {
    const machine = testMachine()
    const { job } = await runText(`${text('k-1')}      - run: exit 1\n`, machine)
    expect(job('a').steps.at(-1)).toMatchObject({ conclusion: 'skipped' })
    expect(indexFiles(machine)).toEqual([])
  })

  test.each([
    ['a miss, when asked', "{ path: a, key: k, fail-on-cache-miss: 'true' }", 'expected a cache for k'],
    ['a key with a comma', "{ path: a, key: 'a,b' }", 'without commas'],
    ['a long restore key', `{ path: a, key: k, restore-keys: ${'x'.repeat(513)} }`, '1 to 512 characters'],
    ['eleven keys', `{ path: a, key: k, restore-keys: "${'x\\n'.repeat(10)}" }`, 'at most 10 keys, got 11'],
    ['no path', '{ key: k }', 'to have a "path"'],
  ])('refuses %s', async (_, inputs, message) => {
    const { job } = await runText(oneJob(`- uses: actions/cache@v4\n  with: ${inputs}`))
    expect(job('a').annotations[0]?.message).toContain(message)
  })

  test('folders that a pattern matches come back whole: links as links, empty folders, modes', async () => {
    const machine = testMachine()
    const make = `- run: |
    mkdir -p node_modules/.pnpm/a/node_modules/a node_modules/.bin apps/web/node_modules/empty skip/node_modules
    echo 'module.exports = "found"' > node_modules/.pnpm/a/node_modules/a/index.js
    ln -s .pnpm/a/node_modules/a node_modules/a
    ln -s ../../../node_modules/a apps/web/node_modules/a
    printf '#!/bin/sh\\necho ran' > node_modules/.bin/tool; chmod +x node_modules/.bin/tool`
    const asked = 'with: { path: "**/node_modules\\n!skip/**", key: k }'
    await runText(oneJob(`${make}\n- uses: actions/cache/save@v4\n  ${asked}`), machine)
    const check = `- uses: actions/cache/restore@v4\n  ${asked}
- run: |
    cd apps/web && node -p 'require("a")' && ../../node_modules/.bin/tool && readlink node_modules/a
    test -d node_modules/empty && test ! -e ../../skip && echo whole`
    const { log } = await runText(oneJob(check), testMachine({ cacheDir: machine.cacheDir }))
    expect(log).toMatch(/found\nran\n\.\.\/\.\.\/\.\.\/node_modules\/a\nwhole$/)
  })

  test('more names than a command line takes, newlines and dashes among them', async () => {
    const machine = testMachine()
    const asked = 'with: { path: "many/**/*.txt", key: k }'
    const make = `- run: |
    mkdir -p many/with-a-long-name-to-fill-a-command-line; cd many/with-a-long-name-to-fill-a-command-line
    node -e "for (let i = 0; i < 10000; i++) fs.writeFileSync('a-file-with-a-name-of-some-length-'.repeat(6) + i + '.txt', '')"
    touch -- -x.txt $'new\\nline.txt'
  shell: bash`
    await runText(oneJob(`${make}\n- uses: actions/cache/save@v4\n  ${asked}`), machine)
    const check = `- uses: actions/cache/restore@v4\n  ${asked}\n- run: find many -type f -printf x | wc -c`
    const { log } = await runText(oneJob(check), testMachine({ cacheDir: machine.cacheDir }))
    expect(log).toContain('10002')
  })

  test('a cache that cannot be read or written is a warning, and the job goes on', async () => {
    const cacheDir = join(tempFolder(), 'file')
    writeFileSync(cacheDir, 'not a folder')
    const steps = '- uses: actions/cache@v4\n  with: { path: a, key: k }\n- run: mkdir a; echo went on'
    const unusable = await runText(oneJob(steps), testMachine({ cacheDir }))
    expect(unusable.log).toContain('went on')
    expect(unusable.job('a')).toMatchObject({
      conclusion: 'success',
      annotations: [{ level: 'warning' }, { level: 'warning' }],
    })
    const noTar = `- run: mkdir a bin; printf '#!/bin/sh\\nexit 2' > bin/tar; chmod +x bin/tar; echo $PWD/bin >> $GITHUB_PATH
- uses: actions/cache/save@v4
  with: { path: a, key: k }`
    const { job } = await runText(oneJob(noTar))
    expect(job('a')).toMatchObject({ conclusion: 'success', annotations: [{ level: 'warning' }] })
    expect(job('a').annotations[0]?.message).toBe(
      'expected a to be packed, got exit code 2 from tar; nothing is cached',
    )
  })

  test('says that "!" takes nothing out of a folder that comes whole', async () => {
    const { job, log } = await runText(
      oneJob('- run: mkdir -p a/b\n- uses: actions/cache/save@v4\n  with: { path: "a\\n!a/b", key: k }'),
    )
    expect(log).toContain('Cache saved')
    expect(job('a').annotations[0]?.message).toContain(
      'below a, which is packed whole here and on GitHub; write a/* to',
    )
  })

  test('what save cannot use is a warning, as on GitHub; what restore cannot use fails it', async () => {
    const { job } = await runText(oneJob("- uses: actions/cache/save@v4\n  with: { path: a, key: 'a,b' }"))
    expect(job('a')).toMatchObject({ conclusion: 'success', annotations: [{ level: 'warning' }] })
  })

  test('warns when there is nothing to keep', async () => {
    const { job } = await runText(oneJob('- uses: actions/cache@v4\n  with: { path: "nope/*.x\\n~/no", key: k }'))
    expect(job('a')).toMatchObject({ conclusion: 'success', annotations: [{ level: 'warning', step: 2 }] })
    expect(job('a').annotations[0]?.message).toMatch(/^expected files at nope\/\*\.x, \/.*\/no, got none/)
  })
})

describe('actions/cache/restore and actions/cache/save', () => {
  const save = (key: string, path = 'stuff'): string =>
    `- uses: actions/cache/save@v4\n  with: { path: ${path}, key: ${key} }`
  const restore = (key: string, more = '', path = 'stuff'): string =>
    `- id: r\n  uses: actions/cache/restore@v4\n  with: { path: ${path}, key: ${key} ${more} }\n- run: echo "[\${{ steps.r.outputs.cache-hit }}|\${{ steps.r.outputs.cache-primary-key }}|\${{ steps.r.outputs.cache-matched-key }}] $(cat stuff/x 2>/dev/null || echo none)"`
  const make = (text: string): string => `- run: mkdir -p stuff; echo ${text} > stuff/x`
  /** Another run on the same machine. */
  const next = (machine: Machine, changes: Partial<Machine> = {}): ReturnType<typeof testMachine> =>
    testMachine({ cacheDir: machine.cacheDir, ...changes })

  test('save at once, also in a job that fails later; restore never saves', async () => {
    const machine = testMachine()
    await runText(oneJob(`${make('one')}\n${save('k-1')}\n- run: exit 1`), machine)
    const { log, job } = await runText(oneJob(restore('k-1')), next(machine))
    expect(log).toContain('[true|k-1|k-1] one')
    expect(job('a').steps).toHaveLength(2)
    const other = await runText(oneJob(restore('k-2', ', restore-keys: "x-\\nk-"')), next(machine))
    expect(other.log).toContain('[false|k-2|k-1] one')
    const miss = await runText(oneJob(restore('z')), next(machine))
    expect(miss.log).toContain('[|z|] none')
  })

  test('a key is written once; the newest of several wins for a restore key', async () => {
    const machine = testMachine()
    let at = Date.parse('2026-11-23T10:00:00Z')
    const now = (): Date => {
      at += 1_000
      return new Date(at)
    }
    await runText(
      oneJob(`${make('one')}\n${save('k-1')}\n${make('two')}\n${save('k-1')}\n${save('k-0')}`),
      next(machine, { now }),
    )
    expect((await runText(oneJob(restore('k-1')), next(machine, { now }))).log).toContain('[true|k-1|k-1] one')
    expect((await runText(oneJob(restore('k-9', ', restore-keys: k-')), next(machine, { now }))).log).toContain(
      '[false|k-9|k-0] two',
    )
  })

  test('other paths are other caches; the folder of the job and of the home may be elsewhere', async () => {
    const machine = testMachine()
    const paths = '"${{ github.workspace }}/stuff/*\\n~/.tool\\n${{ runner.temp }}/t\\n!stuff/not"'
    const steps = `${make('one')}\n- run: mkdir -p ~/.tool; echo h > ~/.tool/h; echo t > $RUNNER_TEMP/t; touch stuff/not\n${save('k', paths)}`
    await runText(oneJob(steps), machine)
    expect((await runText(oneJob(restore('k')), next(machine))).log).toContain('[|k|] none')
    const { log } = await runText(
      oneJob(`${restore('k', '', paths)}\n- run: echo "$(cat ~/.tool/h $RUNNER_TEMP/t | tr -d '\\n') $(ls stuff)"`),
      next(machine),
    )
    expect(log).toContain('[true|k|k] one')
    expect(log).toContain('ht x')
  })

  test('lookup-only finds without unpacking; a miss fails when that is asked for', async () => {
    const machine = testMachine()
    await runText(oneJob(`${make('one')}\n${save('k')}`), machine)
    expect((await runText(oneJob(restore('k', ', lookup-only: true')), next(machine))).log).toContain('[true|k|k] none')
    const { job } = await runText(oneJob(restore('nope', ', fail-on-cache-miss: true')), next(machine))
    expect(job('a').annotations[0]?.message).toBe('expected a cache for nope, got none')
    expect(job('a').conclusion).toBe('failure')
  })

  test('an archive cut short is no hit, and is replaced by the next save', async () => {
    const machine = testMachine()
    await runText(oneJob(`${make('one')}\n${save('k')}`), machine)
    const [archive = ''] = archives(machine)
    truncateSync(archive, 100)
    expect((await runText(oneJob(restore('k')), next(machine))).log).toContain('[|k|] none')
    await runText(oneJob(`${make('two')}\n${save('k')}`), next(machine))
    expect((await runText(oneJob(restore('k')), next(machine))).log).toContain('[true|k|k] two')
  })

  test('an archive of the right size that does not unpack is no hit either', async () => {
    const machine = testMachine()
    await runText(oneJob(`${make('one')}\n${save('k')}`), machine)
    const [archive = ''] = archives(machine)
    writeFileSync(archive, Buffer.alloc(readFileSync(archive).length, 'x'))
    const { log, job } = await runText(oneJob(restore('k')), next(machine))
    expect(log).toContain('[|k|] none')
    expect(job('a')).toMatchObject({ conclusion: 'success', annotations: [{ level: 'warning' }] })
  })

  test('what nobody used for 7 days goes, then the least recently used, then what dead runs left', async () => {
    const machine = testMachine()
    const at = (day: number): Partial<Machine> => ({
      now: () => new Date(Date.parse('2026-11-01T00:00:00Z') + day * 86_400_000),
    })
    const big = (key: string): string => `- run: mkdir -p stuff; head -c 100000 /dev/urandom > stuff/x\n${save(key)}`
    const keys = (): string[] =>
      indexFiles(machine)
        .map(file => JSON.parse(readFileSync(file, 'utf8')).key)
        .sort()
    for (const [i, key] of ['a', 'b', 'c'].entries()) await runText(oneJob(big(key)), next(machine, at(i)))
    await runText(oneJob(restore('a')), next(machine, at(4)))
    const { log } = await runText(oneJob(big('d')), next(machine, { ...at(5), cacheBytes: 350_000 }))
    expect(log).toContain('Removed to stay within the limits: b')
    expect(keys()).toEqual(['a', 'c', 'd'])
    const left = join(machine.cacheDir, 'objects', '.left')
    writeFileSync(left, 'half')
    utimesSync(left, new Date('2026-11-10'), new Date('2026-11-10'))
    await runText(oneJob(big('e')), next(machine, at(11.5)))
    expect(keys()).toEqual(['d', 'e'])
    expect(archives(machine)).toHaveLength(2)
    expect(existsSync(left)).toBe(false)
  })

  test('equal files are kept once, and stay while a key still means them', async () => {
    const machine = testMachine()
    const steps = `- run: mkdir stuff; echo same > stuff/x; touch -d 2026-01-01 stuff stuff/x`
    await runText(oneJob(`${steps}\n${save('a')}\n${save('b')}`), machine)
    expect(archives(machine)).toHaveLength(1)
    expect(indexFiles(machine)).toHaveLength(2)
  })

  test('many runs at once: every key is there, whole, and one key is one of those saved', async () => {
    const machine = testMachine()
    const runs = Array.from({ length: 8 }, (_, i) =>
      runText(oneJob(`${make(`n${i}`)}\n${save('shared')}\n${save(`own-${i}`)}`), next(machine)),
    )
    for (const { run } of await Promise.all(runs)) expect(run.conclusion).toBe('success')
    const logs = await Promise.all(
      Array.from({ length: 8 }, (_, i) => runText(oneJob(restore(`own-${i}`)), next(machine))),
    )
    for (const [i, { log }] of logs.entries()) expect(log).toContain(`[true|own-${i}|own-${i}] n${i}`)
    expect((await runText(oneJob(restore('shared')), next(machine))).log).toMatch(/\[true\|shared\|shared\] n\d/)
    expect(indexFiles(machine)).toHaveLength(9)
  })

  test('a run killed amid a save leaves no cache, and the next one saves it', async () => {
    const machine = testMachine()
    const bin = tempFolder()
    // Writes half an archive, says so, and goes on for ever.
    writeFileSync(join(bin, 'tar'), '#!/bin/sh\nhead -c 5000 /dev/zero > "$2"\necho $$ > "$HALF"\nexec sleep 60\n', {
      mode: 0o755,
    })
    const half = join(bin, 'half')
    const text = oneJob(`${make('one')}\n${save('k')}`)
    const child = spawn(process.execPath, ['--input-type=module', '--eval', dyingRun(text, machine, bin, half)], {
      stdio: 'inherit',
    })
    const died = new Promise(resolve => child.once('exit', (_code, signal) => resolve(signal)))
    while (!existsSync(half) || readFileSync(half, 'utf8') === '') {
      expect(child.exitCode).toBe(null)
      await new Promise(resolve => setTimeout(resolve, 20))
    }
    child.kill('SIGKILL')
    expect(await died).toBe('SIGKILL')
    process.kill(Number(readFileSync(half, 'utf8')), 'SIGKILL')
    expect(archives(machine)).toEqual([])
    expect((await runText(oneJob(restore('k')), next(machine))).log).toContain('[|k|] none')
    await runText(text, next(machine))
    expect((await runText(oneJob(restore('k')), next(machine))).log).toContain('[true|k|k] one')
  })
})

/** A program that runs the workflow on the machine's folders, with `bin` before PATH. */
function dyingRun(text: string, { workDir, cacheDir, env }: Machine, bin: string, half: string): string {
  const file = (path: string): string => JSON.stringify(join(import.meta.dirname, '..', path))
  const machine = {
    workDir,
    cacheDir,
    artifactsDir: workDir,
    toolDir: workDir,
    env: { ...env, HALF: half },
    extraPath: [bin],
  }
  return `
    const { planRun, readWorkflow } = await import(${JSON.stringify(import.meta.resolve('@gantry/workflow'))})
    const { runWorkflow } = await import(${file('run/run-workflow.ts')})
    const workflow = readWorkflow('test.yml', ${JSON.stringify(text)})
    const run = planRun(workflow, { ...${JSON.stringify(testFacts)}, now: new Date() })
    const none = () => ({})
    await runWorkflow(workflow, run, {
      ...${JSON.stringify(machine)}, vars: none, valuesFor: async () => ({ secrets: { repository: {}, environment: {} }, vars: { repository: {}, environment: {} } }), approve: async () => 'approved', on: none, now: () => new Date(),
    })`
}

function archives({ cacheDir }: Machine): string[] {
  const folder = join(cacheDir, 'objects')
  return readdirSync(folder)
    .filter(name => name.endsWith('.tar'))
    .map(name => join(folder, name))
}

function indexFiles({ cacheDir }: Machine): string[] {
  return readdirSync(cacheDir)
    .filter(name => name.endsWith('.json'))
    .map(name => join(cacheDir, name))
}
