import type { LifeRequest, Store } from '@gantry/core'
import { sql } from 'kysely'
import { expect } from 'vitest'
import type { Rules } from '../testing/each-database.ts'
import { ana, at, grouped } from './issue-store.rules.ts'

const moreEvents = (count: number): LifeRequest => ({ to: 'muted', until: null, moreEvents: count, rate: null })

async function met({ issues }: Store, project: string, key: string, times: number): Promise<string> {
  const seen = await issues.record(Array.from({ length: times }, () => grouped(project, key, { receivedAt: at(30) })))
  return seen[0]?.issueId ?? ''
}
const issueOf = async ({ issues }: Store, project: string, id: string) => issues.get(project, id)

export const partAndLabelRules: Rules = {
  'what is merged with an issue that is silent until as many more come does not wake it, nor does it count when it leaves':
    async ({ store }) => {
      const [quiet, loud] = [await met(store, 'silent', 'quiet', 1), await met(store, 'silent', 'loud', 9)]
      await store.issueLife.change('silent', [quiet], moreEvents(3), ana(20))
      const { act } = await store.issueLife.merge('silent', quiet, [loud], ana(21))
      expect(await issueOf(store, 'silent', quiet)).toMatchObject({ events: 10, mute: { events: 13 } })
      // Of both it is silent for two more.
      await met(store, 'silent', 'loud', 1)
      await met(store, 'silent', 'quiet', 1)
      expect(await issueOf(store, 'silent', quiet)).toMatchObject({ state: 'muted', events: 12 })
      await store.issueLife.undo('silent', quiet, act ?? '', ana(22))
      expect(await issueOf(store, 'silent', quiet)).toMatchObject({ state: 'muted', events: 2, mute: { events: 3 } })
      await met(store, 'silent', 'quiet', 1)
      expect(await issueOf(store, 'silent', quiet)).toMatchObject({ state: 'open', events: 3 })
    },

  'an issue is found by a hundred names of tags, however many clients make up, and by its transactions at any time':
    async ({ store, database }) => {
      const names = async () => {
        const { rows } = await sql<{ names: number; others: number }>`
        select count(distinct name) filter (where name not in ('a title', 'transaction')) as names,
          count(*) filter (where name = 'transaction') as others
        from gantry.issue_labels where project = 'named'`.execute(database.kysely)
        return rows[0]
      }
      const tagged = (from: number) =>
        grouped('named', 'n', {
          tags: Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`tag${from + index}`, 'v'])),
          transaction: `t${from}`,
        })
      await store.issues.record([0, 30].map(tagged))
      expect(await names()).toEqual({ names: 60, others: 2 })
      // Many at once, and one after the other.
      await store.issues.record([60, 90, 120].map(tagged))
      await store.issues.record([tagged(150)])
      expect(await names()).toEqual({ names: 100, others: 6 })
      await store.issues.record([grouped('named', 'n', { tags: { tag7: 'w' } })])
      const search = { term: { kind: 'label', name: 'tag7', pattern: 'w' } } as const
      expect((await store.issues.list('named', search)).total).toBe(1)
    },
}
