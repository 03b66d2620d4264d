import type { Person, Release } from '@gantry/core'
import { expect, test } from 'vitest'
import { createChronicle } from '../ledger/chronicle.ts'
import { createLiveHub } from '../live/live-hub.ts'
import { projectLive } from '../live/project-live.ts'
import { acts, at, project, promotionTests, refusal, sha, store } from '../testing/promotions.ts'
import { ReleaseChecklists } from './release-checklists.ts'

promotionTests()

const release = { id: sha('a'), sha: sha('a') } as Release
const kim: Person = { id: 'kim', name: 'Kim', role: 'developer' }
const bo: Person = { id: 'bo', name: 'Bo', role: 'release-manager' }

function checklists(files: Record<string, string>) {
  const live = projectLive(project, createLiveHub(0))
  const now = () => new Date(at())
  return new ReleaseChecklists({
    ...{ name: project, store, live, now, record: createChronicle(project, store.ledger, live, now) },
    project: async () => ({
      ...{ name: project, title: '', number: 1, config: null, configSha: null },
      ...{ createdAt: at(), archivedAt: null },
    }),
    repository: {
      async source(commit, path) {
        const text = commit === release.sha ? files[path] : undefined
        if (text === undefined) throw new Error('no such file')
        return text
      },
    },
  })
}

test('people tick tasks of the file at the commit of the release, with who and when; whoever was first is named', async () => {
  const list = checklists({ 'docs/qa/checklist.md': '# Look\n- [ ] one\n- [ ] two\n' })
  await list.tick(release, 1, { isDone: true, person: kim })
  const { tasks } = await list.tick(release, 1, { isDone: true, person: bo })
  expect(tasks).toEqual([
    { index: 0, section: 'Look', text: 'one', ticked: null },
    { index: 1, section: 'Look', text: 'two', ticked: { person: 'Kim', personId: 'kim', at: at() } },
  ])
  const taken = await list.tick(release, 1, { isDone: false, person: bo })
  expect(taken.tasks[1]?.ticked).toBeNull()
  expect((await acts()).map(([action]) => action)).toEqual(['task.unticked', 'task.ticked'])
})

test('a release whose commit has no checklist has none to tick, and a task that is not there is named', async () => {
  expect(await checklists({}).of(release)).toBeNull()
  const none = checklists({}).tick(release, 0, { isDone: true, person: kim })
  await expect(none).rejects.toEqual(refusal('NOT_FOUND'))
  const list = checklists({ 'docs/qa/checklist.md': '- [ ] one' })
  await expect(list.tick(release, 1, { isDone: true, person: kim })).rejects.toThrow(
    /1 tasks in docs\/qa\/checklist.md/,
  )
})
