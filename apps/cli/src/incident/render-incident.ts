import { shortSha } from '@gantry/core'
import { IncidentEntry, type IncidentView } from '@gantry/core/api'
import type { Painter } from '../terminal/paint.ts'

/** An incident with its timeline, who was told, what changed before it, and its runbook. */
export function renderIncident(incident: IncidentView, paint: Painter): string {
  const list = (heading: string, lines: string[]) =>
    lines.length === 0 ? [] : ['', paint.bold(heading), ...lines.map(line => `  ${line}`)]
  const { number, title, severity, state, environment, service, release } = incident
  const suspect = release ? `; suspected: ${shortSha(release)}` : ''
  const told = incident.notices.map(
    ({ notice, channel, state: how, lastError }) =>
      `${notice.kind.replaceAll('-', ' ')} to ${channel}: ${deliveries[how]}${lastError ? ` (${lastError})` : ''}`,
  )
  const changes = incident.changesBefore.map(
    ({ createdAt, kind, release: id, state: at }) => `${clock(createdAt)}  ${kind} of ${shortSha(id)}, ${at}`,
  )
  return [
    paint.bold(`#${number} ${title}`),
    `${severity}, ${state}, ${environment}${service ? `/${service}` : ''}${suspect}`,
    ...list(
      'Timeline',
      incident.entries.map(
        ({ at, kind, actor, text }) => `${clock(at)}  ${kind.replace('-', ' ').padEnd(kindWidth)}  ${actor}: ${text}`,
      ),
    ),
    ...list('Told', told),
    ...list('Changed in the hour before', changes),
    ...(incident.runbookContent ? ['', incident.runbookContent.markdown.trim()] : []),
  ].join('\n')
}

const kindWidth = Math.max(...IncidentEntry.shape.kind.options.map(({ length }) => length))
const deliveries = { pending: 'on its way', sent: 'delivered', dead: 'not delivered' }
const clock = (iso: string): string => iso.slice(11, 19)
