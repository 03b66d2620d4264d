import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { oneJob } from '@gantry/workflow/testing'
import { beforeAll, describe, expect, test } from 'vitest'
import { findSandbox } from '../sandbox/find-sandbox.ts'
import { runText, tempFolder, testMachine } from '../testing/test-machine.ts'
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
const walls = wallsAround({ env, hidden: [gantryHome], gantry })
const kinds = ['bubblewrap', 'namespaces'] as const
const found = await Promise.all(kinds.map(async kind => ({ kind, sandbox: await findSandbox(walls, [kind]) })))

describe.each(found.filter(({ sandbox }) => 'open' in sandbox))('a hostile job in $kind', ({ sandbox }) => {
  if ('missing' in sandbox) return
  const work = join(gantryHome, 'workspaces')
  const machine = () => testMachine({ sandbox, env, workDir: work })
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

  test('changes nothing of ours, and takes no wall down', async () => {
    const { log } = await runText(
      oneJob(`- run: |
    for path in ${gantry}/package.json ${person}/.bashrc ${gantryHome}/cli-token ${join(person, 'tools/bin/tool')}; do
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

test('this machine has a sandbox, or says why it has none', () => {
  for (const { kind, sandbox } of found)
    expect('missing' in sandbox ? sandbox.missing : sandbox.kind).toMatch(new RegExp(`^${kind}`))
})
