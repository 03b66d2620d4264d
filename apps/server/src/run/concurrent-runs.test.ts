import { mkdtempSync } from 'node:fs'
import { rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { RunState, type RunSummary } from '@gantry/core/api'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ask, get, product, restart, server, startPlane, stopPlane, until } from '../testing/control-plane.ts'

beforeAll(startPlane)
afterAll(stopPlane)

/** Outside the data folder, which jobs do not see. */
const gates = mkdtempSync(join(tmpdir(), 'gantry-gates-'))
afterAll(() => rm(gates, { recursive: true, force: true }))

/** Each job ends when the test says so, or is cancelled. */
const slowly = (name: string, group: string | null) => `name: ${name}
on: pull_request
${group ? `concurrency:\n  group: ${group}\n` : ''}jobs:
  wait:
    runs-on: ubuntu-latest
    steps:
      - run: while [ ! -e "${gates}/go-${name}-$GITHUB_SHA" ]; do sleep 0.05; done
`
const letGo = (name: string, sha: string) => writeFile(join(gates, `go-${name}-${sha}`), '')

/** Two runs are carried out at once, so each test has one file. */
async function onlyFile(name: string, concurrency: string | null): Promise<void> {
  await product().git('rm', '-rfq', '--ignore-unmatch', '.github')
  await rm(join(product().dir, '.github'), { recursive: true, force: true })
  await product().write(`.github/workflows/${name}.yml`, slowly(name, concurrency))
}

async function pushed(branch: string): Promise<string> {
  const sha = await product().commit(`One more on ${branch}`)
  expect(await product().push(`HEAD:refs/heads/${branch}`)).toMatch(/yml #\d+ started/)
  return sha
}
const runNow = async (sha: string, workflow: string) =>
  (await get<{ runs: RunSummary[] }>(`/api/v1/projects/tiny/runs?workflow=${workflow}.yml&sha=${sha}`)).runs[0]
const reached = (sha: string, workflow: string, state: string) =>
  until(
    () => runNow(sha, workflow),
    run => run?.status === state || run?.conclusion === state,
    `${workflow} of ${sha.slice(0, 7)} ${state}`,
  )

test('a newer push cancels the run of its group when the file says so, and the cancelled one says for whom', async () => {
  await onlyFile('ci', "ci-${{ github.ref }}\n  cancel-in-progress: ${{ github.event_name == 'pull_request' }}")
  const first = await pushed('one')
  await reached(first, 'ci', 'in_progress')
  const second = await pushed('one')
  const old = await reached(first, 'ci', 'cancelled')
  const newer = await reached(second, 'ci', 'in_progress')
  const { jobs } = await get<RunState>(`/api/v1/projects/tiny/runs/${old?.id}`)
  const message = `cancelled: ci #${newer?.number} took its place in the concurrency group ci-refs/pull/1/merge`
  expect(jobs[0]).toMatchObject({
    conclusion: 'cancelled',
    annotations: expect.arrayContaining([{ level: 'notice', message }]),
  })
  const other = await pushed('two')
  await reached(other, 'ci', 'in_progress')
  expect(await runNow(second, 'ci')).toMatchObject({ status: 'in_progress' })
  for (const sha of [second, other]) await letGo('ci', sha)
  for (const sha of [second, other]) await reached(sha, 'ci', 'success')
})

test('without cancel-in-progress one runs and the newest waits, also after a restart; those between are dropped', async () => {
  await onlyFile('turns', 'Turns')
  const shas = [await pushed('one'), await pushed('two'), await pushed('three'), await pushed('one')]
  const states = async () =>
    (await get<{ runs: RunSummary[] }>('/api/v1/projects/tiny/runs?workflow=turns.yml')).runs
      .toReversed()
      .map(({ status, conclusion }) => conclusion ?? status)
  const [first = '', , , last = ''] = shas
  await until(states, seen => seen.join() === 'in_progress,cancelled,cancelled,queued', 'one runs, one waits')
  await server().stop()
  await restart()
  await reached(first, 'turns', 'in_progress')
  expect(await states()).toEqual(['in_progress', 'cancelled', 'cancelled', 'queued'])
  await letGo('turns', first)
  await reached(last, 'turns', 'in_progress')
  expect(await runNow(first, 'turns')).toMatchObject({ conclusion: 'success' })
  await letGo('turns', last)
  await reached(last, 'turns', 'success')
})

test('a run that is cancelled by hand gives its place to the next', async () => {
  const [first, last] = [await pushed('one'), await pushed('two')]
  const run = await reached(first, 'turns', 'in_progress')
  const { body } = await ask('POST', `/api/v1/projects/tiny/runs/${run?.id}/cancel`, { reason: 'no need' })
  const { jobs } = RunState.parse(body)
  expect(jobs[0]?.annotations).toContainEqual({
    level: 'notice',
    message: expect.stringMatching(/^cancelled: by .+: no need$/),
  })
  await reached(last, 'turns', 'in_progress')
  await letGo('turns', last)
  await reached(last, 'turns', 'success')
})

test('a file without concurrency is never cancelled by a newer push', async () => {
  await onlyFile('free', null)
  const shas = [await pushed('one'), await pushed('one')]
  for (const sha of shas) await reached(sha, 'free', 'in_progress')
  for (const sha of shas) await letGo('free', sha)
  for (const sha of shas) await reached(sha, 'free', 'success')
})
