import { execFileSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Sandbox } from '@gantry/core'
import { oneJob } from '@gantry/workflow/testing'
import { beforeAll, describe, expect, test } from 'vitest'
import { runText, tempFolder, testMachine } from '../testing/test-machine.ts'
import { giveTo, jobAccount } from '../user/job-user.ts'
import { findSandbox } from './find-sandbox.ts'

const home = tempFolder()
const below = (...path: string[]): string => join(home, ...path)
for (const folder of ['work', 'tools', 'cache', 'other', 'artifacts', 'cache/downloads']) mkdirSync(below(folder))
writeFileSync(below('cli-token'), 'the-token')
writeFileSync(below('tools', 'tool'), 'a tool')
const elsewhere = tempFolder()
chmodSync(elsewhere, 0o755)
writeFileSync(join(elsewhere, 'program'), 'ours')
const walls = {
  hidden: [home],
  shown: [below('tools'), below('cache')],
  changeable: [below('cache', 'downloads')],
  readOnly: [elsewhere],
}
const kinds = ['bubblewrap', 'namespaces'] as const
const account = jobAccount('auto', 'project shop')
const asked = [
  ...kinds.map(kind => ({ kind, as: 'its own account', account })),
  // Jobs of others than root have no account of their own.
  ...(account === undefined ? [] : [{ kind: 'bubblewrap' as const, as: 'root', account: undefined }]),
]
const sandboxes = await Promise.all(
  asked.map(async each => ({
    ...each,
    found: await findSandbox(walls, { kinds: [each.kind], account: each.account }),
  })),
)

const machineWith = (sandbox: Sandbox, files: Record<string, string> = {}) =>
  testMachine({
    sandbox,
    files,
    workDir: below('work'),
    toolDir: below('tools'),
    cacheDir: below('cache'),
    artifactsDir: below('artifacts'),
  })
const script = (text: string): string => `- shell: bash\n  run: |\n    ${text.replaceAll('\n', '\n    ')}`

test.each(sandboxes)('a machine has $kind, or says why it has none', ({ kind, found }) => {
  expect('missing' in found ? found.missing : `${found.kind}: is there`).toMatch(new RegExp(`^${kind}: .`))
})

describe.each(sandboxes.filter(({ found }) => 'open' in found))('a job in $kind as $as', ({ found, account: own }) => {
  if ('missing' in found) return
  const sandbox = found
  const run = (text: string, files?: Record<string, string>) =>
    runText(oneJob(text.includes('uses:') ? text : script(text)), machineWith(sandbox, files))
  beforeAll(async () => {
    process.env.OF_THE_SERVER = 'of-the-server'
    await giveTo(own ?? { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 }, [below('cache', 'downloads')])
  })

  test('sees neither the folder of Gantry nor its processes, nor their environment', async () => {
    const { log, job } = await run(`
ls ${home}
cat ${below('cli-token')} || true
ls /proc | grep -cx ${process.pid} || true
cat /proc/*/environ | tr '\\0' '\\n' | grep -c of-the-server || true
umount ${home} && ls ${home} || true
ls /dev`)
    expect(job('a').conclusion).toBe('success')
    expect(log).not.toContain('the-token')
    expect(log).not.toContain('other')
    expect(log).toContain('No such file')
    expect(log.match(/^0$/gm)).toHaveLength(2)
    expect(log).not.toMatch(/^(sda|vda|nvme\w+|mem)$/m)
  })

  test('reads tools and caches and changes none of them, nor programs of ours; its own folders are its own', async () => {
    const { log, job } = await run(`
cat ${below('tools', 'tool')} ${join(elsewhere, 'program')}
for path in ${below('tools', 'tool')} ${below('cache', 'x')} ${join(elsewhere, 'program')} ${below('x')} "$GITHUB_WORKSPACE/../x" "$RUNNER_TOOL_CACHE/../../x"; do
  if (echo changed > "$path") 2>/dev/null; then echo "could change $path"; fi
done
mkdir -p "$RUNNER_TOOL_CACHE/go" && echo mine > file && echo "$RUNNER_TEMP" > "$RUNNER_TEMP/t" && echo 1 > ${below('cache', 'downloads', 'd')} && echo all mine`)
    expect(job('a').conclusion).toBe('success')
    expect(log).toContain('a toolours')
    expect(log).toContain('all mine')
    expect(log).not.toContain('could change /')
    expect(readFileSync(below('tools', 'tool'), 'utf8')).toBe('a tool')
  })

  test('is run with what it sets, in its folder, and ends as its program does', async () => {
    const print = `console.log(process.env.A, process.cwd().endsWith('sub'), process.env.OF_THE_SERVER)`
    const { log, job } = await run(
      `- uses: actions/checkout@v4
- run: node -e "${print}"
  working-directory: sub
  env: { A: "x y=z" }
- run: exit 7
  continue-on-error: true
- run: kill -9 $$
  continue-on-error: true
- run: "! nosuchprogram"`,
      { 'sub/x': '' },
    )
    expect(log).toContain('x y=z true undefined')
    expect(job('a').steps.map(({ exitCode }) => exitCode)).toEqual([0, 0, 7, 137, 0])
  })

  test('sets nothing for the programs that let it in', async () => {
    const { log } = await run(`- uses: actions/checkout@v4
- run: ":"
  env: { LD_PRELOAD: /nowhere/evil.so }`)
    // The loader of each program complains; the shell of the step is the only one.
    expect(log.match(/evil\.so' from LD_PRELOAD cannot be preloaded/g)).toHaveLength(1)
  })

  test('shows nobody else what it is given, tokens above all', async () => {
    const token = `hush-${sandbox.kind}-${process.pid}`
    const running = runText(
      oneJob(`- run: sleep 1; echo "$TOKEN" | wc -c\n  env: { TOKEN: ${token} }`),
      machineWith(sandbox),
    )
    const seen: string[] = []
    const look = setInterval(() => seen.push(execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' })), 100)
    const { log } = await running
    clearInterval(look)
    expect(log).toContain(String(token.length + 1))
    expect(seen.some(all => all.includes('nsenter'))).toBe(true)
    expect(seen.join()).not.toContain(token)
  })

  test('what it leaves running ends with it, wherever it moved itself', async () => {
    const mark = `sleep 98${process.pid}`
    const { job } = await run(`(cd / && env -i setsid ${mark} </dev/null >/dev/null 2>&1 &)\nsleep 0.2; echo ok`)
    expect(job('a').conclusion).toBe('success')
    expect(processesLike(mark)).toEqual([])
  })

  test('what one step leaves running is there for the next one, on the same ports', async () => {
    const server = `require('http').createServer((q,r)=>r.end('served')).listen(0,'127.0.0.1',function(){require('fs').writeFileSync('port',''+this.address().port)})`
    const { log, job } = await runText(
      oneJob(`- run: node -e "${server.replaceAll('"', '\\"')}" &\n- run: |
    until [ -s port ]; do sleep 0.05; done
    node -e "fetch('http://127.0.0.1:'+require('fs').readFileSync('port')).then(r=>r.text()).then(console.log)"`),
      machineWith(sandbox),
    )
    expect(job('a').conclusion).toBe('success')
    expect(log).toContain('served')
  })

  test('a step that is stopped gets its signals, and the time to answer them', async () => {
    const machine = { ...machineWith(sandbox), grace: { interruptMs: 3_000, terminateMs: 200, cancelMs: 5_000 } }
    const { log } = await runText(
      oneJob(
        `- shell: bash\n  timeout-minutes: 0.005\n  run: |\n    trap 'sleep 0.3; echo tidied up; exit 3' INT\n    echo waiting\n    sleep 20 & wait`,
      ),
      machine,
    )
    expect(log).toContain('tidied up')
  })

  test.each([
    ['GITHUB_STEP_SUMMARY', 'ln -sf $T $GITHUB_STEP_SUMMARY'],
    ['GITHUB_OUTPUT', 'ln -sf $T $GITHUB_OUTPUT'],
    ['GITHUB_ENV', 'ln -sf $T $GITHUB_ENV'],
    ['a problem matcher', 'echo "::add-matcher::$T"'],
    ['a problem matcher behind a link', 'ln -s $T m.json; echo "::add-matcher::m.json"'],
  ])('%s shows nothing that the job cannot see', async (_, text) => {
    const { log, job } = await run(`T=${below('cli-token')}\n${text}`)
    expect(job('a').conclusion).toBe('failure')
    expect(log).toContain('expected a path that jobs see')
    expect(JSON.stringify([log, job('a')])).not.toContain('the-token')
  })

  test.each([
    ['an artifact', `- uses: actions/upload-artifact@v4\n  with: { path: ${below('cli-token')} }`],
    [
      'an artifact behind a link',
      `- run: ln -s ${home} l\n- uses: actions/upload-artifact@v4\n  with: { path: l/cli-token }`,
    ],
    ['a version file', `- uses: actions/setup-node@v4\n  with: { node-version-file: ${below('cli-token')} }`],
    ['a checkout over it', `- run: ln -s ${below('other')} l\n- uses: actions/checkout@v4\n  with: { path: l }`],
    ['a local action', `- run: mkdir x && ln -s ${below('cli-token')} x/action.yml\n- uses: ./x`],
  ])('%s shows nothing that the job cannot see', async (_, text) => {
    const { log, job } = await run(text)
    expect(job('a').conclusion).toBe('failure')
    expect(JSON.stringify([log, job('a')])).not.toContain('the-token')
    expect(existsSync(below('other'))).toBe(true)
  })

  test('an artifact is not unpacked where the job cannot write', async () => {
    mkdirSync(below('artifacts/run-1/a'), { recursive: true })
    writeFileSync(below('artifacts/run-1/a/cli-token'), 'forged')
    const { job } = await run(
      `- run: ln -s ${home} l\n- uses: actions/download-artifact@v4\n  with: { name: a, path: l }`,
    )
    expect(job('a').conclusion).toBe('failure')
    expect(readFileSync(below('cli-token'), 'utf8')).toBe('the-token')
  })

  test('caches are saved and restored', async () => {
    const steps = `- uses: actions/cache@v4\n  with: { path: kept, key: ${sandbox.kind}-${own?.uid} }\n- run: if [ -e kept/f ]; then echo was there; else mkdir kept; echo new > kept/f; fi`
    const machine = machineWith(sandbox)
    expect((await runText(oneJob(steps), machine)).log).toContain('Cache saved')
    expect((await runText(oneJob(steps), { ...machineWith(sandbox), cacheDir: machine.cacheDir })).log).toContain(
      'was there',
    )
  })

  test('nothing of it stays: neither folders nor mounts', () => {
    expect(readdirSync(below('work'))).toEqual([])
    expect(readdirSync(home).filter(name => name.startsWith('.sandbox'))).toEqual([])
    expect(readFileSync('/proc/mounts', 'utf8')).not.toContain(home)
  })
})

function processesLike(text: string): string[] {
  return execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' })
    .split('\n')
    .filter(line => line.startsWith(text))
}
