import type { SampleAct, SampleStep, SampleView } from '@gantry/core/api'

const step = (name: SampleStep['step'], state: SampleStep['state'], detail: string, path: string | null = null) => ({
  ...{ step: name, state, detail, path, act: null as SampleAct | null },
})
/** The first release is in production, and the first break waits for a person. */
export const sampleOnItsWay = (good: string): SampleView => ({
  steps: [
    step('pushed', 'done', '71be09d on the branch first-steps', '/runs/r414'),
    step('checked', 'done', 'every check passed', '/runs/r414'),
    step('staging', 'done', 'built once, deployed and tested there', '/runs/r415'),
    step('approval', 'done', 'Ana Lima approved it; production runs it', `/releases/${good}`),
    {
      ...step('broken', 'done', 'failing-test: stopped by its checks, in check (back-end) › Test', '/runs/r418'),
      act: { kind: 'break' },
    },
    {
      ...step('rolledBack', 'waiting', 'Gantry judges it by what visitors meet; there are none yet'),
      act: { kind: 'visit' },
    },
    step('connected', 'todo', 'your own repository goes the same way'),
  ],
  breaks: [
    { name: 'failing-test', title: 'Trim an address once', shows: 'a test fails: its checks stop it' },
    {
      name: 'fails-30-percent',
      title: 'List sites faster',
      shows: '3 of 10 requests fail: production is rolled back by itself',
    },
    {
      name: 'never-healthy',
      title: 'Warm the backend up before it answers',
      shows: 'it never turns healthy: staging goes on serving the former release',
    },
  ],
})
