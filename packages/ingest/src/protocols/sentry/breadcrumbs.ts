import type { ErrorEvent } from '@gantry/core'
import type { ClientClock } from './client-clock.ts'
import { type Loose, objectOf, textOf, valuesOf } from './loose.ts'

const breadcrumbsKept = 100

/** The newest of them. */
export const breadcrumbsOf = (event: Loose): Loose[] =>
  valuesOf(event['breadcrumbs']).slice(-breadcrumbsKept).map(objectOf)

export function breadcrumbOf(crumb: Loose, clock: ClientClock): ErrorEvent['breadcrumbs'][number] {
  const data = objectOf(crumb['data'])
  const detail = [data['method'], data['url'], data['status_code']]
    .map(part => textOf(part, 500))
    .filter(part => part !== null)
    .join(' ')
  return {
    at: crumb['timestamp'] === undefined ? null : clock.instant(crumb['timestamp']),
    category: textOf(crumb['category'], 100),
    level: textOf(crumb['level'], 20),
    message: textOf(crumb['message'], 2_000) ?? detail,
  }
}
