import type { IncidentView, Line } from '@gantry/core/api'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { queries } from '../api/queries.ts'
import { Loaded, Panel } from '../ui/panel.tsx'
import { ReleaseLink } from '../ui/release-link.tsx'
import { Sparkline } from '../ui/sparkline.tsx'
import { cellFace, deploymentFaces } from '../ui/state.ts'
import { StateMark } from '../ui/state-mark.tsx'
import { At } from '../ui/when.tsx'

/** How the environment does at this moment: is it over? */
export function Now({ incident }: { incident: IncidentView }) {
  const line = useQuery(queries.line())
  return (
    <Panel
      title="Now"
      aside={
        <Link
          to="/logs"
          search={{
            environment: incident.environment,
            level: 'error',
            range: '1h',
            ...(incident.service && { service: incident.service }),
          }}
          className="link"
        >
          Errors in the logs
        </Link>
      }
    >
      <Loaded query={line} rows={2}>
        {data => <Cells incident={incident} line={data} />}
      </Loaded>
    </Panel>
  )
}

function Cells({ incident, line }: { incident: IncidentView; line: Line }) {
  const cells = line.cells.filter(
    cell => cell.environment === incident.environment && (!incident.service || cell.service === incident.service),
  )
  if (cells.length === 0) return <p className="text-muted">no data</p>
  return (
    <ul className="space-y-1">
      {cells.map(cell => (
        <li key={cell.service} className="flex flex-wrap items-center gap-x-3">
          <b className="font-semibold">{cell.service}</b>
          <StateMark face={cellFace(cell)} />
          {cell.release && <ReleaseLink id={cell.release} />}
          <span className="min-w-0 flex-1 basis-40 break-words text-muted">{cell.healthDetail}</span>
          <span className="w-28">
            <Sparkline
              values={cell.failureShare}
              label={`Failed share of requests to ${cell.service}, last 5 minutes`}
            />
          </span>
        </li>
      ))}
    </ul>
  )
}

export function Changed({ incident }: { incident: IncidentView }) {
  const { changesBefore } = incident
  return (
    <Panel title="What changed in the hour before">
      {changesBefore.length === 0 && <p className="text-muted">No deployment to {incident.environment}.</p>}
      <ul>
        {changesBefore.map(({ id, release, kind, state, requestedBy, liveAt, createdAt }) => (
          <li key={id} className="flex flex-wrap items-center gap-x-2 py-0.5">
            <StateMark face={deploymentFaces[state]} />
            <span>{kind === 'rollback' ? 'rollback to' : 'deployment of'}</span>
            <ReleaseLink id={release} />
            <span className="text-muted">
              by {requestedBy} <At at={liveAt ?? createdAt} /> UTC
            </span>
          </li>
        ))}
      </ul>
    </Panel>
  )
}
