import type { Incident } from '@gantry/core/api'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { queries } from '../api/queries.ts'
import { Command } from '../ui/command.tsx'
import { useRememberedList } from '../ui/neighbours.ts'
import { Page } from '../ui/page.tsx'
import { Empty, Loaded, Panel } from '../ui/panel.tsx'
import { useRowKeys } from '../ui/row-keys.ts'
import { incidentFaces, severityFaces } from '../ui/state.ts'
import { StateMark } from '../ui/state-mark.tsx'
import { Took, When } from '../ui/when.tsx'

export function IncidentsPage() {
  const query = useQuery(queries.incidents())
  const list = useRowKeys<HTMLUListElement>()
  useRememberedList((query.data?.incidents ?? []).map(({ number }) => `/incidents/${number}`))
  return (
    <Page title="Incidents">
      <Panel title="Newest first" flush>
        <Loaded query={query}>
          {({ incidents }) =>
            incidents.length === 0 ? (
              <Empty>
                There was no incident yet. The drill makes one, to see what happens then:
                <Command text="gantry drill" />
              </Empty>
            ) : (
              <ul ref={list} className="divide-y divide-edge">
                {incidents.map(incident => (
                  <Row key={incident.number} incident={incident} />
                ))}
              </ul>
            )
          }
        </Loaded>
      </Panel>
    </Page>
  )
}

function Row({ incident }: { incident: Incident }) {
  const { number, title, state, severity, environment, openedAt, resolvedAt, acknowledgedBy } = incident
  return (
    <li className="row flex flex-wrap items-center gap-x-3 gap-y-0.5 px-3 py-1.5">
      <span className="w-32">
        <StateMark face={incidentFaces[state]} />
      </span>
      <Link to="/incidents/$incident" params={{ incident: String(number) }} className="link whitespace-nowrap" data-row>
        Incident {number}
      </Link>
      <span className="min-w-0 flex-1 basis-56 break-words">{title}</span>
      <span className="text-muted">
        {severityFaces[severity].word} · {environment} · {acknowledgedBy ?? 'nobody'} on it · <When at={openedAt} /> ·{' '}
        <Took from={openedAt} to={resolvedAt} />
      </span>
    </li>
  )
}
