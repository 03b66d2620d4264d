import { expect, it } from 'vitest'
import { typed } from '../testing/test-host.ts'
import { testServer } from '../testing/test-server.ts'

const seenAt = '2026-11-27T10:00:00.000Z'
const busy = { project: 'shop', runId: 'r1', jobId: 'test' }
const runner = (name: string, over = {}) => ({
  ...{ id: `id-${name}`, name, labels: ['self-hosted'], isOwn: false, isAlive: true, lastSeenAt: seenAt },
  ...{ version: '1', about: 'linux; bubblewrap', busyWith: [], ...over },
})
const waiting = {
  ...{ project: 'shop', runId: 'r2', jobId: 'build', labels: ['macos-latest'], since: seenAt },
  ...{ isUnfit: true, missing: ['macos-latest'] },
}
const removed = 'POST /api/v1/runners/id-builder-1/remove'
const labelled = 'POST /api/v1/runners/id-builder-1/labels'

async function say(args: string[], answers?: string[]) {
  const gantry = await testServer({
    'GET /api/v1/runners': () => ({
      runners: [runner('builder-1', { busyWith: [busy] }), runner('gone', { isAlive: false, lastSeenAt: null })],
      waiting: [waiting],
    }),
    'POST /api/v1/runners': () => ({ id: 'x', token: 'gantry_runner_secret' }),
    [removed]: () => ({}),
    [labelled]: () => ({}),
  })
  const said = await typed(['runners', ...args], { env: gantry.env, ...(answers && { answers }) })
  return { ...said, asked: gantry.asked.map(({ method, path, body }) => ({ call: `${method} ${path}`, body })) }
}

it('lists runners with what they do, and says why jobs wait and what helps', async () => {
  const { out, code } = await say([])
  expect(code).toBe(0)
  expect(out).toMatch(/builder-1 +1 jobs +self-hosted .* linux; bubblewrap/)
  expect(out).toMatch(/gone +away +self-hosted +never/)
  expect(out).toContain('shop › build')
  expect(out).toContain('No runner that lives has the label macos-latest. Start a runner with it')
})

it('tells programs the same as one JSON value', async () => {
  const { runners, waiting: waits } = JSON.parse((await say(['--json'])).out)
  expect(runners).toMatchObject([
    { name: 'builder-1', busyWith: [busy] },
    { name: 'gone', isAlive: false },
  ])
  expect(waits).toEqual([waiting])
})

it('adds a runner, and prints its token alone', async () => {
  const { out, err, asked } = await say(['add', 'builder-2', '--labels', 'self-hosted, gpu'])
  expect(out).toBe('gantry_runner_secret\n')
  expect(err).toContain('GANTRY_RUNNER_TOKEN')
  expect(asked).toContainEqual({
    call: 'POST /api/v1/runners',
    body: { name: 'builder-2', labels: ['self-hosted', 'gpu'] },
  })
  expect((await say(['add', 'b'])).asked[0]?.body).toEqual({ name: 'b', labels: ['self-hosted'] })
})

it('changes what may be asked of a runner', async () => {
  const { out, asked } = await say(['label', 'builder-1', '--labels', 'self-hosted,gpu'])
  expect(out).toBe('builder-1 takes jobs for self-hosted, gpu\n')
  expect(asked.at(-1)).toEqual({ call: labelled, body: { labels: ['self-hosted', 'gpu'] } })
  expect(await say(['label', 'builder-1'])).toMatchObject({
    code: 2,
    err: expect.stringContaining('expected --labels, got none'),
  })
})

it('asks a person before it removes a runner, and removes nothing on a no', async () => {
  expect(await say(['remove', 'builder-1'], ['y'])).toMatchObject({ code: 0, out: 'removed builder-1\n' })
  expect(await say(['remove', 'builder-1', '--yes'], [])).toMatchObject({ code: 0, out: 'removed builder-1\n' })
  const { code, asked } = await say(['remove', 'builder-1'], ['n'])
  expect(code).toBe(1)
  expect(asked.map(({ call }) => call)).not.toContain(removed)
})

it('names the runners there are when it is called with another, and shows examples', async () => {
  for (const action of [['remove'], ['label', '--labels', 'x']])
    expect(await say([action[0] ?? '', 'builder-9', ...action.slice(1)])).toMatchObject({
      code: 2,
      err: expect.stringContaining('expected a runner (builder-1, gone), got builder-9'),
    })
  expect(await say(['remove'])).toMatchObject({
    code: 2,
    err: expect.stringContaining('expected the name of a runner'),
  })
  expect((await say(['--help'])).out).toContain('gantry runners add builder-1 --labels self-hosted,gpu')
})
