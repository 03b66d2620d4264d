import type { Incident } from '@gantry/core/api'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { queries } from '../api/queries.ts'
import { useRememberedList } from '../ui/neighbours.ts'
import { Page } from '../ui/page.tsx'
import { Empty, Loaded } from '../ui/panel.tsx'
import { ReleaseLink } from '../ui/release-link.tsx'
import { useRowKeys } from '../ui/row-keys.ts'
import { incidentFaces, severityFaces } from '../ui/state.ts'
import { StateChip, StateMark } from '../ui/state-mark.tsx'
import { Took, When } from '../ui/when.tsx'

export function IncidentsScreen() {
  const query = useQuery(queries.incidents())
  return (
    <Page title="Incidents">
      <Loaded query={query} rows={8}>
        {({ incidents }) => <Incidents incidents={incidents} />}
      </Loaded>
    </Page>
  )
}

function Incidents({ incidents }: { incidents: Incident[] }) {
  const list = useRowKeys<HTMLUListElement>()
  useRememberedList(incidents.map(({ number }) => `/incidents/${number}`))
  if (incidents.length === 0)
    return (
      <Empty>
        <p>No incident so far. One opens when an alert fires or a release is judged worse.</p>
        <p>
          <code>gantry drill</code> opens one on purpose, so that the first real one is not the first.
        </p>
      </Empty>
    )
  return (
    <ul ref={list} className="rounded-8 border border-edge bg-surface">
      {incidents.map(incident => (
        <li
          key={incident.number}
          className="flex flex-wrap items-center gap-x-3 gap-y-1 border-edge border-b px-3 py-2 last:border-0 hover:bg-page"
        >
          <span className="w-32">
            <StateMark face={incidentFaces[incident.state]} />
          </span>
          <span className="min-w-0 flex-1 basis-60">
            <Link
              to="/incidents/$incident"
              params={{ incident: String(incident.number) }}
              data-row
              className="link font-semibold"
            >
              {incident.number} {incident.title}
            </Link>
            <span className="block text-muted">
              {incident.environment}
              {incident.service && ` · ${incident.service}`}
              {incident.release && (
                <>
                  {' '}
                  · cause? <ReleaseLink id={incident.release} />
                </>
              )}
              {incident.acknowledgedBy && ` · ${incident.acknowledgedBy} acknowledged`}
            </span>
          </span>
          <StateChip face={severityFaces[incident.severity]} />
          <span className="w-24 text-muted">
            lasted <Took from={incident.openedAt} to={incident.resolvedAt} />
          </span>
          <span className="w-24 text-muted">
            <When at={incident.openedAt} />
          </span>
        </li>
      ))}
    </ul>
  )
}
