import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync } from 'node:fs'
import { expect, test } from 'vitest'
import { tempFolder } from '../testing/test-machine.ts'
import { killLeftovers, momentOfBirth, trackingVariable } from './kill-leftovers.ts'

test.runIf(process.platform === 'linux')(
  'ends what carries the mark of a job or lives in its folder, and nothing that is older than the job',
  async () => {
    const [since, folder] = [momentOfBirth(), tempFolder()]
    const env = { PATH: process.env['PATH'] }
    const marked = spawn('sleep', ['60'], { env: { ...env, [trackingVariable]: 'a job' } })
    const living = spawn('sleep', ['60'], { env, cwd: mkdtempSync(`${folder}/`) })
    const other = spawn('sleep', ['60'], { env: { ...env, [trackingVariable]: 'another job' } })
    const all = [marked, living, other]
    await Promise.all(all.map(child => once(child, 'spawn')))
    const ended = Promise.all([marked, living].map(child => once(child, 'exit')))
    expect(killLeftovers('a job', { since: since + 1_000_000, removed: folder })).toEqual([])
    const killed = killLeftovers('a job', { since, removed: folder })
    expect(killed.toSorted()).toEqual([marked.pid, living.pid].toSorted())
    await ended
    expect(killLeftovers('a job', { since, removed: folder })).toEqual([])
    other.kill()
  },
)
