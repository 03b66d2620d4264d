import { chmodSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { oneJob } from '@gantry/workflow/testing'
import { beforeAll, describe, expect, test } from 'vitest'
import { findSandbox } from '../sandbox/find-sandbox.ts'
import { runText, tempFolder, testMachine } from '../testing/test-machine.ts'
import { giveTo, jobAccount } from '../user/job-user.ts'
import { accountsAlone } from '../user/without-walls.ts'
import { wallsAround } from './walls-around.ts'

const person = tempFolder()
const gantryHome = join(person, 'project/.gantry')
const gantry = join(person, 'project')
const inside = (...path: string[]) => {
  const place = join(person, ...path)
  mkdirSync(join(place, '..'), { recursive: true })
  return place
}
for (const path of ['.ssh/id_ed25519', '.aws/credentials', 'project/.gantry/cli-token', 'project/.gantry/secret'])
  writeFileSync(inside(...path.split('/')), 'the-secret-of-ours\n')
writeFileSync(inside('project/package.json'), '{"name":"gantry"}\n')
writeFileSync(inside('tools/bin/tool'), '#!/bin/sh\necho a tool\n', { mode: 0o755 })
mkdirSync(join(gantryHome, 'workspaces/other-job'), { recursive: true })
writeFileSync(join(gantryHome, 'workspaces/other-job/file'), 'the-secret-of-ours\n')

const env = { HOME: person, PATH: `${join(person, 'tools/bin')}:${process.env['PATH']}` }
const cacheDir = join(gantryHome, 'cache')
const downloads = join(cacheDir, 'downloads')
mkdirSync(downloads, { recursive: true })
const around = wallsAround({ env, hidden: [gantryHome], gantry })
const walls = { ...around, shown: [...around.shown, cacheDir], changeable: [downloads] }
const account = jobAccount('auto', 'project shop')
const kinds = ['bubblewrap', 'namespaces'] as const
const found = await Promise.all(
  kinds.map(async kind => ({ kind, sandbox: await findSandbox(walls, { kinds: [kind], account }) })),
)
if (account !== undefined) await giveTo(account, [downloads])
const open = tempFolder()
chmodSync(open, 0o755)
const alone = await accountsAlone('auto', {
  walls: { hidden: [person], shown: [], changeable: [], readOnly: [] },
  work: open,
})
const meeting = tempFolder()
chmodSync(meeting, 0o1777)
const others = join(meeting, 'of-another')

describe.each(found.filter(({ sandbox }) => 'open' in sandbox))('a hostile job in $kind', ({ sandbox }) => {
  if ('missing' in sandbox) return
  const work = join(gantryHome, 'workspaces')
  const machine = () => testMachine({ sandbox, env, workDir: work, cacheDir })
  beforeAll(() => {
    process.env.OF_THE_RUNNER = 'the-secret-of-ours'
  })

  test('finds no secret: not in the home, not in Gantry’s folder inside of it, not in other jobs, not in processes', async () => {
    const { log, job } = await runText(
      oneJob(`- run: |
    find ${person} -type f 2>/dev/null | xargs cat 2>/dev/null || true
    cat ${gantryHome}/* ${gantryHome}/workspaces/*/* ~/.ssh/* /root/.ssh/* 2>/dev/null || true
    cat /proc/*/environ 2>/dev/null | tr '\\0' '\\n' || true
    cat /proc/*/cmdline /proc/1/root${person}/.ssh/* 2>/dev/null || true
    tool; cat ${gantry}/package.json`),
      machine(),
    )
    expect(job('a').conclusion).toBe('success')
    expect(log).not.toContain('the-secret-of-ours')
    expect(log).toContain('a tool')
    expect(log).toContain('"name":"gantry"')
  })

  test('changes nothing of ours, nothing of the machine, and takes no wall down', async () => {
    const { log } = await runText(
      oneJob(`- run: |
    for path in ${gantry}/package.json ${person}/.bashrc ${gantryHome}/cli-token ${join(person, 'tools/bin/tool')} /etc/gantry-was-here /usr/bin/gantry-was-here; do
      if (echo changed >> "$path") 2>/dev/null; then echo "could change $path"; fi
    done
    umount ${person} 2>/dev/null && echo took a wall down || true
    mount -o remount,rw ${person} 2>/dev/null && echo opened a wall || true
    kill -9 ${process.pid} 2>/dev/null && echo reached ours || true
    echo done`),
      machine(),
    )
    expect(log).toContain('done')
    expect(log).not.toMatch(/could change|took a wall down|opened a wall|reached ours/)
  })
})

/** Whatever a job leads Gantry to write or read for it, by links or by programs on its PATH, is done with its own rights. */
describe.runIf(account !== undefined)('a hostile job of root', () => {
  const sandboxes = [...found.map(({ sandbox }) => sandbox), alone].filter(each => 'open' in each)
  test.each(sandboxes)('in $kind is nobody else’s account, and goes by a name of its own', async sandbox => {
    const workDir = sandbox === alone ? open : join(gantryHome, 'workspaces')
    const { log, job } = await runText(
      oneJob(`- run: |
    echo "is $(id -u)"; node -p 'require("os").homedir() === process.env.HOME'
    echo written > /dev/stdout; stat -c 'owned by %u' . "$GITHUB_OUTPUT" "$HOME"
    touch "$GITHUB_WORKSPACE/../x" 2>/dev/null && echo could write above || true
    ln -s /etc l
    mkdir -p bin && printf '#!/bin/sh\\necho "ran as $(id -u)" >&2; echo x > /etc/gantry-was-here\\n' > bin/node && chmod 755 bin/node
    echo "$PWD/bin" >> "$GITHUB_PATH"
- uses: actions/setup-node@v4
- run: rm -rf bin
- uses: actions/checkout@v4
  continue-on-error: true
  with: { path: l/gantry-was-here }
- uses: actions/checkout@v4
- run: cat file && echo changed > file && stat -c 'owned by %u' file`),
      testMachine({ sandbox, env, workDir, cacheDir, files: { file: 'of the commit' } }),
    )
    expect(job('a').conclusion, log + JSON.stringify(job('a').annotations)).toBe('success')
    const uids = new Set([...log.matchAll(/(?:is|owned by) (\d+)/g)].map(([, uid]) => Number(uid)))
    expect([...uids]).toEqual([expect.any(Number)])
    expect(Math.min(...uids)).toBeGreaterThan(60_000)
    expect(log).toMatch(/^written$/m)
    expect(log).toContain('of the commit')
    expect(log).not.toMatch(/could write above|ran as 0/)
    expect(existsSync('/etc/gantry-was-here')).toBe(false)
    expect(readdirSync(workDir).filter(name => name.startsWith('a-'))).toEqual([])
  })

  test('without walls neither reads nor signals another job, nor what Gantry reads for it', async () => {
    if ('missing' in alone) throw new Error(alone.missing)
    const machine = () => testMachine({ sandbox: alone, env, workDir: open })
    const other = runText(
      oneJob(`- run: |
    echo "$$" > ${others}; until [ -e ${others}.seen ]; do sleep 0.05; done; echo still there
  env: { KEPT: of-the-other }`),
      machine(),
      { id: 'of-another' },
    )
    // What both may write in is the test's alone.
    const { log, job } = await runText(
      oneJob(`- run: |
    until [ -s ${others} ]; do sleep 0.05; done; pid=$(cat ${others})
    cat /proc/$pid/environ 2>/dev/null | tr '\\0' '\\n' || true
    for folder in ${open}/*/; do if [ "$folder" != "$(dirname "$PWD")/" ] && ls "$folder" 2>/dev/null; then echo "could list $folder"; fi; done
    kill -9 "$pid" 2>/dev/null && echo reached the other || true
    kill -9 ${process.pid} 2>/dev/null && echo reached ours || true
    ln -s /etc/shadow s
- uses: actions/upload-artifact@v4
  continue-on-error: true
  with: { path: s }
- run: touch ${others}.seen`),
      machine(),
    )
    expect(job('a').conclusion, log + JSON.stringify(job('a').annotations)).toBe('success')
    expect(log).toContain('expected a path that the account of jobs may read')
    expect(log).not.toMatch(/of-the-other|could list|reached|root:/)
    expect((await other).log).toContain('still there')
  })
})

test('this machine has a sandbox, or says why it has none', () => {
  for (const { kind, sandbox } of found)
    expect('missing' in sandbox ? sandbox.missing : sandbox.kind).toMatch(new RegExp(`^${kind}`))
})
