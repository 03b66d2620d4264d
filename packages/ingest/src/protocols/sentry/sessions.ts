import type { SessionFact } from '@gantry/core'
import type { ItemContext } from './item-context.ts'
import { type Loose, listOf, objectOf, textOf } from './loose.ts'

const mostSums = 500
const mostOfOne = 1_000_000_000

/**
 * One session, told of again as it goes on. `init` says that it begins: it is counted once.
 * Source: https://develop.sentry.dev/sdk/telemetry/sessions/
 */
export function sessionFact(session: Loose, context: ItemContext): SessionFact[] {
  const id = textOf(session['sid'], 64)
  const about = aboutOf(session, context)
  if (id === null || about === null) return []
  const { status } = session
  const crashed = status === 'crashed' ? 1 : 0
  const abnormal = status === 'abnormal' || textOf(session['abnormal_mechanism'], 40) !== null ? 1 : 0
  return [
    {
      ...about,
      ...{ id, kind: 'application', person: textOf(session['did'], 200) },
      startedAt: context.clock.instant(session['started'] ?? session['timestamp']),
      quantity: session['init'] === true ? 1 : 0,
      // What crashed is not counted again among those whose errors were handled.
      ...{ crashed, abnormal, errored: crashed + abnormal === 0 && countOf(session['errors']) > 0 ? 1 : 0 },
    },
  ]
}

/** Sums that a server made of the sessions of one minute each. */
export function sessionSums(sums: Loose, context: ItemContext): SessionFact[] {
  const about = aboutOf(sums, context)
  if (about === null) return []
  return listOf(sums['aggregates'])
    .slice(0, mostSums)
    .map(objectOf)
    .map((sum, index) => {
      const [exited, errored] = [countOf(sum['exited']), countOf(sum['errored'])]
      const [crashed, abnormal] = [countOf(sum['crashed']), countOf(sum['abnormal'])]
      return {
        ...about,
        ...{ id: `${context.newId}-${context.index}-${index}`, kind: 'request', person: textOf(sum['did'], 200) },
        startedAt: context.clock.instant(sum['started']),
        quantity: Math.min(exited + errored + crashed + abnormal, mostOfOne),
        ...{ errored, crashed, abnormal },
      }
    })
}

/** Without a release there is nothing to compare. */
function aboutOf(session: Loose, { project, receivedAt, service }: ItemContext) {
  const attrs = objectOf(session['attrs'])
  const release = textOf(attrs['release'], 200)
  return release === null
    ? null
    : { project, receivedAt, service, release, environment: textOf(attrs['environment'], 64) ?? 'production' }
}

const countOf = (value: unknown): number =>
  typeof value === 'number' && Number.isInteger(value) && value > 0 ? Math.min(value, mostOfOne) : 0
