import type { Project, RunState, RunStore } from '@gantry/core'
import { expect, test } from 'vitest'
import type { RunRequest } from '../run/run-keeper.ts'
import { startMissedRuns } from './missed-runs.ts'
import type { PushParts } from './push.ts'

const sha = (letter: string) => letter.repeat(40)
const ci = 'on: pull_request\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps: [{ run: "true" }]\n'
const deploy = ci.replace('pull_request', 'push')
const project: Project = {
  name: 'p',
  number: 1,
  ingestKey: '0'.repeat(32),
  config: null,
  configSha: sha('a'),
  createdAt: '2026-11-23T10:00:00.000Z',
}

/** Branches as a crash left them, and the runs that were begun for them. */
async function after(
  branches: Record<string, string>,
  known: { sha: string; event: string; workflowPath?: string }[],
): Promise<RunRequest[]> {
  const started: RunRequest[] = []
  const settings = new Map<string, unknown>()
  const push = {
    projects: {
      setting: async (_project: string, name: string) => settings.get(name) ?? null,
      saveSetting: async (_project: string, name: string, value: unknown) => void settings.set(name, value),
    },
    repository: {
      branches: async () => Object.entries(branches).map(([name, of]) => ({ name, sha: of })),
      head: async (name: string) => branches[name] ?? null,
      commit: async (of: string) => ({ sha: of, title: `of ${of[0]}`, author: 'Kim', email: '', at: '' }),
      files: async () => [
        { path: '.github/workflows/ci.yml', text: ci },
        { path: '.github/workflows/deploy.yml', text: deploy },
        { path: '.github/workflows/odd.yml', text: 'on: nonsense\n' },
        { path: '.github/workflows/README.md', text: '' },
      ],
      changedFiles: async () => [],
    },
    keeper: {
      async start(request: RunRequest) {
        started.push(request)
        return { ...request, id: 'r', number: started.length } as unknown as RunState
      },
    },
    url: () => 'http://gantry',
    adoptConfig: async () => undefined,
    planSchedules: async () => [],
  } as unknown as Omit<PushParts, 'project'>
  const runs: Pick<RunStore, 'list'> = {
    list: async (_project, { sha: of, workflowPath, limit = 100 }) =>
      known
        .filter(one => one.sha === of && (!workflowPath || one.workflowPath === workflowPath))
        .slice(0, limit) as unknown as RunState[],
  }
  await startMissedRuns(runs as RunStore, push, project)
  return started
}
const shown = (requests: RunRequest[]) =>
  requests.map(({ workflowPath, sha: of, event }) => [workflowPath.split('/')[2], of[0], event])

test('a branch and main whose hook was cut off get their runs; a file that cannot be read is red on the branch only', async () => {
  const started = await after({ main: sha('b'), try: sha('c') }, [])
  expect(shown(started)).toEqual([
    ['deploy.yml', 'b', 'push'],
    ['ci.yml', 'c', 'pull_request'],
    ['odd.yml', 'c', 'pull_request'],
  ])
  expect(started[0]).toMatchObject({ ref: 'refs/heads/main', payload: { before: sha('a'), after: sha('b') } })
  expect(started[1]).toMatchObject({ ref: 'refs/pull/1/merge', payload: { action: 'opened', number: 1 } })
})

test('what has its runs gets no second ones, also where main is the checked commit of a branch', async () => {
  expect(await after({ try: sha('c') }, [{ sha: sha('c'), event: 'pull_request' }])).toEqual([])
  const started = await after({ main: sha('c'), try: sha('c') }, [{ sha: sha('c'), event: 'pull_request' }])
  expect(shown(started)).toEqual([['deploy.yml', 'c', 'push']])
})

test('a commit of main that a schedule runs every hour is not deployed again by a restart', async () => {
  const hourly = Array.from({ length: 60 }, () => ({
    sha: sha('b'),
    event: 'schedule',
    workflowPath: '.github/workflows/e2e.yml',
  }))
  const pushed = { sha: sha('b'), event: 'push', workflowPath: '.github/workflows/deploy.yml' }
  expect(await after({ main: sha('b') }, [...hourly, pushed])).toEqual([])
  expect(shown(await after({ main: sha('b') }, hourly))).toEqual([['deploy.yml', 'b', 'push']])
})
