import { keptLimits } from '@gantry/core'
import { KeptView } from '@gantry/core/api'
import { may } from '../../access/route-access.ts'
import { keepOf } from '../../keep/prune-files.ts'
import type { ProjectContext } from '../../project/open-project.ts'
import type { ContextOf } from '../context-of.ts'
import type { Api } from '../route.ts'

const freshMs = 60_000
const mostDeletions = 200

/** GET /kept: what is kept of each kind, what its limits are, and what went. */
export function keptRoute(app: Api, contextOf: ContextOf): void {
  // Millions of rows are counted for it: whoever looks again sees the same for a while.
  const counted = new Map<string, { atMs: number; kept: ReturnType<typeof amountsOf> }>()
  app.get(
    '/kept',
    {
      access: may('look'),
      schema: { tags: ['server'], summary: 'What is kept, and what was deleted', response: { 200: KeptView } },
    },
    async request => {
      const context = contextOf(request)
      const { name } = context.stored
      const nowMs = context.now().getTime()
      let known = counted.get(name)
      if (known === undefined || nowMs - known.atMs >= freshMs) {
        known = { atMs: nowMs, kept: amountsOf(context) }
        counted.set(name, known)
        known.kept.catch(() => counted.delete(name))
      }
      const limits = keptLimits(keepOf(await context.project.current()))
      return {
        at: new Date(known.atMs).toISOString(),
        kinds: (await known.kept).map(amount => ({ ...amount, ...limits[amount.kind] })),
        deletions: await context.store.retention.deletions(name, mostDeletions),
      }
    },
  )
}

async function amountsOf({ store, lines, stored }: Pick<ProjectContext, 'store' | 'lines' | 'stored'>) {
  const days = await lines.kept(stored.name)
  const bytes = days.flatMap(day => day.bytes ?? [])
  return [
    {
      kind: 'lines' as const,
      count: days.reduce((sum, day) => sum + day.lines, 0),
      bytes: bytes.length < days.length ? null : bytes.reduce((sum, size) => sum + size, 0),
      since: days[0] ? `${days[0].day}T00:00:00.000Z` : null,
    },
    ...(await store.retention.kept(stored.name)),
  ]
}
