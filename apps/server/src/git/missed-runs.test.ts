import type { LoggedPush, Project, PushLog, RunState, RunStore } from '@gantry/core'
import { expect, test } from 'vitest'
import type { RunRequest } from '../run/run-keeper.ts'
import { startMissedRuns } from './missed-runs.ts'
import type { Update } from './receive.ts'
import { expectPushes, type TakeParts, takePush } from './take-push.ts'

const sha = (letter: string) => letter.repeat(40)
const ci = 'on: pull_request\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps: [{ run: "true" }]\n'
const deploy = ci.replace('pull_request', 'push')
const docs = deploy.replace('on: push', 'on: { push: { paths: [docs/**] } }')
const project: Project = {
  title: '',
  archivedAt: null,
  name: 'p',
  number: 1,
  config: null,
  configSha: sha('a'),
  createdAt: '2026-11-23T10:00:00.000Z',
}

interface Known {
  sha: string
  event: string
  workflowPath?: string
}

/** A server with branches and runs; the settings outlive it. */
function serverWith(
  branches: Record<string, string>,
  known: Known[] = [],
  configSha: string | null = project.configSha,
) {
  const started: RunRequest[] = []
  const settings = new Map<string, unknown>()
  const changedFrom: (string | null)[] = []
  const stands = { diesAfter: Number.POSITIVE_INFINITY, configSha, broken: '', now: '2026-11-23T10:00:00.000Z' }
  let pushes: LoggedPush[] = []
  const log: PushLog = {
    expect: async (_project, one) => void pushes.push({ ...one, isDone: false }),
    of: async (_project, ref) => pushes.filter(one => one.ref === ref),
    left: async () => [],
    open: async () => [...new Set(pushes.filter(({ isDone }) => !isDone).map(({ ref }) => ref))],
    async done(_project, id) {
      pushes = pushes.map(one => (one.id === id ? { ...one, isDone: true } : one))
    },
    async forget(_project, id) {
      pushes = pushes.filter(one => one.id !== id)
    },
  }
  const push = {
    pushes: log,
    now: () => stands.now,
    projects: {
      setting: async (_project: string, name: string) => settings.get(name) ?? null,
      saveSetting: async (_project: string, name: string, value: unknown) =>
        void settings.set(name, JSON.parse(JSON.stringify(value))),
    },
    repository: {
      branches: async () => Object.entries(branches).map(([name, of]) => ({ name, sha: of })),
      head: async (name: string) => branches[name] ?? null,
      // Commits are letters, each the child of the one before it.
      contains: async (name: string, of: string) => of <= (branches[name] ?? ''),
      commit: async (of: string) => ({ sha: of, title: `of ${of[0]}`, author: 'Kim', email: '', at: '' }),
      files: async () => [
        { path: '.github/workflows/ci.yml', text: ci },
        { path: '.github/workflows/deploy.yml', text: deploy },
        { path: '.github/workflows/docs.yml', text: docs },
        { path: '.github/workflows/odd.yml', text: 'on: nonsense\n' },
        { path: '.github/workflows/README.md', text: '' },
      ],
      changedFiles: async (from: string | null, to: string) => {
        if (to === stands.broken) throw new Error(`git cannot read ${to[0]}`)
        changedFrom.push(from)
        return from === to ? [] : ['docs/a.md']
      },
    },
    keeper: {
      async start(request: RunRequest) {
        const run = { ...request, number: started.length } as unknown as RunState
        // As the keeper does.
        if (started.some(({ id }) => id === request.id)) return run
        if (started.length >= stands.diesAfter || request.workflowPath === stands.broken)
          throw new Error('the process died')
        started.push(request)
        known.push(request)
        return { ...request, id: 'r', number: started.length } as unknown as RunState
      },
    },
    pages: () => 'http://gantry',
    async adoptConfig(of: string) {
      stands.configSha = of
    },
    planSchedules: async () => [],
    log: { error: () => undefined },
  } as unknown as Omit<TakeParts, 'project'>
  const runs: Pick<RunStore, 'list'> = {
    list: async (_project, { sha: of, workflowPath, limit = 100 }) =>
      known
        .filter(one => one.sha === of && (!workflowPath || one.workflowPath === workflowPath))
        .slice(0, limit) as unknown as RunState[],
  }
  const now = () => ({ ...project, configSha: stands.configSha })
  return {
    started,
    changedFrom,
    stands,
    async hook(update: Update, actor: string) {
      return takePush(update, actor, { ...push, project: now() })
    },
    /** As far as git asks whether it may. */
    asks: (update: Update, actor: string) =>
      expectPushes({ updates: [update], actor }, { ...push, project: project.name }),
    open: () => log.open(project.name),
    startsAgain: () => startMissedRuns(runs as RunStore, push, now()),
  }
}

/** Branches as a crash left them, and the runs that were begun for them. */
async function after(branches: Record<string, string>, known: Known[]): Promise<RunRequest[]> {
  const server = serverWith(branches, known)
  await server.startsAgain()
  return server.started
}
const shown = (requests: RunRequest[]) =>
  requests.map(({ workflowPath, sha: of, event }) => [workflowPath.split('/')[2], of[0], event])

test('a branch and main whose hook was cut off get their runs; a file that cannot be read is red on the branch only', async () => {
  const started = await after({ main: sha('b'), try: sha('c') }, [])
  expect(shown(started)).toEqual([
    ['deploy.yml', 'b', 'push'],
    ['docs.yml', 'b', 'push'],
    ['ci.yml', 'c', 'pull_request'],
    ['odd.yml', 'c', 'pull_request'],
  ])
  expect(started[0]).toMatchObject({ ref: 'refs/heads/main', payload: { before: sha('a'), after: sha('b') } })
  expect(started[2]).toMatchObject({ ref: 'refs/pull/1/merge', payload: { action: 'opened', number: 1 } })
})

test('what has its runs gets no second ones, also where main is the checked commit of a branch', async () => {
  expect(await after({ try: sha('c') }, [{ sha: sha('c'), event: 'pull_request' }])).toEqual([])
  const started = await after({ main: sha('c'), try: sha('c') }, [{ sha: sha('c'), event: 'pull_request' }])
  expect(shown(started)).toEqual([
    ['deploy.yml', 'c', 'push'],
    ['docs.yml', 'c', 'push'],
  ])
})

test('a commit of main that a schedule runs every hour is not deployed again by a restart', async () => {
  const hourly = Array.from({ length: 60 }, () => ({
    sha: sha('b'),
    event: 'schedule',
    workflowPath: '.github/workflows/e2e.yml',
  }))
  const pushed = ['deploy.yml', 'docs.yml'].map(file => ({
    sha: sha('b'),
    event: 'push',
    workflowPath: `.github/workflows/${file}`,
  }))
  expect(await after({ main: sha('b') }, [...hourly, ...pushed])).toEqual([])
  expect(shown(await after({ main: sha('b') }, hourly))).toEqual([
    ['deploy.yml', 'b', 'push'],
    ['docs.yml', 'b', 'push'],
  ])
})

/** A push whose runs cannot all be started. */
async function dies(server: ReturnType<typeof serverWith>): Promise<void> {
  expect((await server.hook(toMain, 'Kim')).join('\n')).toContain('could not be started: the process died')
}

const toMain: Update = { before: sha('a'), after: sha('b'), ref: 'refs/heads/main', isForward: true }

test('a server that dies between two files starts the other one, as the same push of the same person', async () => {
  const server = serverWith({ main: sha('b') })
  server.stands.diesAfter = 1
  await dies(server)
  expect(shown(server.started)).toEqual([['deploy.yml', 'b', 'push']])
  server.stands.diesAfter = Number.POSITIVE_INFINITY
  await server.startsAgain()
  // The config was adopted before the crash: what changed is still told by what main was before the push.
  expect(shown(server.started).slice(1)).toEqual([['docs.yml', 'b', 'push']])
  expect(server.started[1]).toMatchObject({ actor: 'Kim', payload: { before: sha('a'), pusher: { name: 'Kim' } } })
  await server.startsAgain()
  expect(server.started).toHaveLength(2)
})

test('a server that dies before the first file starts all of them', async () => {
  const server = serverWith({ main: sha('b') })
  server.stands.diesAfter = 0
  await dies(server)
  server.stands.diesAfter = Number.POSITIVE_INFINITY
  await server.startsAgain()
  expect(shown(server.started).map(([file]) => file)).toEqual(['deploy.yml', 'docs.yml'])
})

test('a push that was done whole is not looked at again, whatever its files would ask for by now', async () => {
  const server = serverWith({ main: sha('b'), try: sha('c') })
  await server.hook(toMain, 'Kim')
  await server.hook({ before: null, after: sha('c'), ref: 'refs/heads/try', isForward: true }, 'Kim')
  const before = server.started.length
  server.changedFrom.length = 0
  await server.startsAgain()
  expect([server.started.length, server.changedFrom]).toEqual([before, []])
})

test('a hook that is heard after a start found its branch starts nothing again, until the commit comes again', async () => {
  const branches: Record<string, string> = { try: sha('c') }
  const server = serverWith(branches)
  const update = { ref: 'refs/heads/try', before: null, after: sha('c'), isForward: true }
  await server.startsAgain()
  expect(server.started).toHaveLength(2)
  await server.hook(update, 'Kim')
  await server.hook(update, 'Kim')
  expect(server.started).toHaveLength(2)
  await server.hook({ ...update, before: sha('c'), after: sha('d') }, 'Kim')
  await server.hook({ ...update, before: sha('d') }, 'Kim')
  expect(shown(server.started).map(([, of]) => of)).toEqual(['c', 'c', 'd', 'd', 'c', 'c'])
})

test('what was left of a push is done before the pushes that followed it, whoever comes to know of it', async () => {
  const branches = { main: sha('b') }
  const left = () => {
    const server = serverWith(branches)
    server.stands.diesAfter = 1
    return server
  }
  const byStart = left()
  await dies(byStart)
  byStart.stands.diesAfter = Number.POSITIVE_INFINITY
  branches.main = sha('d')
  await byStart.startsAgain()
  const all = ['deploy.yml b', 'docs.yml b', 'deploy.yml d', 'docs.yml d']
  expect(shown(byStart.started).map(([file, of]) => `${file} ${of}`)).toEqual(all)
  branches.main = sha('b')
  const byHook = left()
  await dies(byHook)
  byHook.stands.diesAfter = Number.POSITIVE_INFINITY
  branches.main = sha('d')
  await byHook.hook({ ...toMain, before: sha('b'), after: sha('d') }, 'Ann')
  expect(shown(byHook.started).map(([file, of]) => `${file} ${of}`)).toEqual(all)
  expect(byHook.started.map(({ actor }) => actor)).toEqual(['Kim', 'Kim', 'Ann', 'Ann'])
  await byHook.startsAgain()
  expect(byHook.started).toHaveLength(4)
})

test('every push that git accepted has its runs, however many hooks were cut off one after the other', async () => {
  const server = serverWith({ main: sha('e') }, [], sha('e'))
  for (const [before, after] of ['ab', 'bc', 'ce'].map(pair => [...pair].map(sha)))
    await server.asks({ ...toMain, before: before ?? '', after: after ?? '' }, 'Kim')
  await server.startsAgain()
  expect(shown(server.started).map(([file, of]) => `${file} ${of}`)).toEqual([
    ...['deploy.yml b', 'docs.yml b', 'deploy.yml c', 'docs.yml c', 'deploy.yml e', 'docs.yml e'],
  ])
  // The config stays that of the newest one.
  expect(server.stands.configSha).toBe(sha('e'))
})

test.each([
  { told: 'by the hook', looks: false },
  { told: 'by whoever looked meanwhile, too', looks: true },
])('a push that is made again because nobody heard the answer is one push, started $told', async ({ looks }) => {
  const server = serverWith({ main: sha('b') })
  await server.asks(toMain, 'Kim')
  if (looks) await server.startsAgain()
  await server.asks(toMain, 'Kim')
  await server.hook(toMain, 'Kim')
  await server.startsAgain()
  expect(shown(server.started).map(([file]) => file)).toEqual(['deploy.yml', 'docs.yml'])
  // Years later the same commit comes to it again: that is another push.
  server.stands.now = '2027-11-23T10:00:00.000Z'
  await server.hook({ ...toMain, before: sha('b'), after: sha('a'), isForward: false }, 'Kim')
  await server.hook(toMain, 'Kim')
  expect(shown(server.started).map(([, of]) => of)).toEqual(['b', 'b', 'a', 'a', 'b', 'b'])
})

test('of a branch that is gone nothing is left to look for, and a tag is never looked for', async () => {
  const branches: Record<string, string> = { try: sha('c') }
  const server = serverWith(branches)
  const update = { ref: 'refs/heads/try', before: null, after: sha('c'), isForward: true }
  await server.asks(update, 'Kim')
  await server.asks({ ...update, before: sha('c'), after: null }, 'Kim')
  await server.asks({ ...update, ref: 'refs/tags/v1' }, 'Kim')
  delete branches['try']
  expect(await server.open()).toEqual(['refs/heads/try'])
  server.stands.now = '2026-11-23T10:05:00.000Z'
  await server.startsAgain()
  expect(await server.open()).toEqual([])
  expect(shown(server.started).map(([, of]) => of)).toEqual(['c', 'c'])
})

test('a branch that git refused to force back starts nothing, though it has that commit', async () => {
  const branches = { main: sha('b') }
  const server = serverWith(branches)
  await server.hook(toMain, 'Kim')
  await server.asks({ ...toMain, before: sha('b'), after: sha('a'), isForward: false }, 'Kim')
  await server.startsAgain()
  expect(shown(server.started).map(([, of]) => of)).not.toContain('a')
  branches.main = sha('a')
  await server.startsAgain()
  expect(shown(server.started).map(([, of]) => of)).toContain('a')
})

test('a push that git refused after it had asked starts nothing, and is forgotten in time', async () => {
  const server = serverWith({ main: sha('b') })
  await server.asks({ ...toMain, after: sha('x') }, 'Kim')
  await server.hook(toMain, 'Kim')
  server.stands.now = '2026-11-23T10:05:00.000Z'
  await server.startsAgain()
  expect(shown(server.started).map(([, of]) => of)).toEqual(['b', 'b'])
  await server.hook({ ...toMain, before: sha('x'), after: sha('z') }, 'Kim')
  expect(shown(server.started).map(([, of]) => of)).toEqual(['b', 'b', 'z', 'z'])
})

test('a branch that fails at a start is set aside with its reason, and those after it get their runs', async () => {
  const server = serverWith({ first: sha('c'), main: sha('b'), last: sha('d') })
  server.stands.broken = sha('c')
  expect(await server.startsAgain()).toEqual(['warning: branch first was set aside: git cannot read c'])
  expect(shown(server.started).map(([, of]) => of)).toEqual(['b', 'b', 'd', 'd'])
  server.stands.broken = ''
  expect(await server.startsAgain()).toEqual([])
  expect(shown(server.started).slice(4)).toEqual([
    ['ci.yml', 'c', 'pull_request'],
    ['odd.yml', 'c', 'pull_request'],
  ])
})

test('a file that cannot be started is set aside with its reason, and is tried again at the next start', async () => {
  const server = serverWith({ main: sha('b') })
  server.stands.broken = '.github/workflows/deploy.yml'
  const lines = await server.hook(toMain, 'Kim')
  expect(lines[0]).toBe(
    'warning: .github/workflows/deploy.yml could not be started: the process died; the server tries again with the next push of the branch, or when it starts next',
  )
  expect(lines[1]).toContain('docs.yml #1 started')
  server.stands.broken = ''
  await server.startsAgain()
  expect(shown(server.started).map(([file]) => file)).toEqual(['docs.yml', 'deploy.yml'])
})
