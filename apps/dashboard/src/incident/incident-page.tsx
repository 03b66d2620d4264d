import type { IncidentView } from '@gantry/core/api'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { acts } from '../api/acts.ts'
import { queries } from '../api/queries.ts'
import { HoldStrip } from '../line/line-strips.tsx'
import { RollbackPlanDialog } from '../release/rollback-plan-dialog.tsx'
import { Button } from '../ui/button.tsx'
import { useKeys } from '../ui/keys.ts'
import { useNeighbours } from '../ui/neighbours.ts'
import { Page } from '../ui/page.tsx'
import { Loaded } from '../ui/panel.tsx'
import { ReasonDialog } from '../ui/reason-dialog.tsx'
import { ReleaseLink } from '../ui/release-link.tsx'
import { incidentFaces, severityFaces } from '../ui/state.ts'
import { StateChip, StateIcon } from '../ui/state-mark.tsx'
import { Took, When } from '../ui/when.tsx'
import { AcknowledgeButton, useAcknowledge } from './acknowledge-button.tsx'
import { IncidentTimeline } from './incident-entries.tsx'
import { Changed, Now } from './incident-facts.tsx'
import { PagesDelivered } from './pages-delivered.tsx'
import { RunbookPanel } from './runbook-panel.tsx'

export function IncidentPage() {
  const { incident: number } = useParams({ from: '/incidents/$incident' })
  const query = useQuery(queries.incident(number))
  const incident = query.data
  useNeighbours()
  return (
    <Page
      title={`Incident ${number}`}
      heading={incident ? <Heading incident={incident} /> : `Incident ${number}`}
      aside={incident && <Acts incident={incident} />}
    >
      <Loaded query={query} rows={10}>
        {data => <Parts incident={data} />}
      </Loaded>
    </Page>
  )
}

function Heading({ incident }: { incident: IncidentView }) {
  const face = incidentFaces[incident.state]
  return (
    <span className="flex flex-wrap items-center gap-x-2">
      Incident {incident.number} <StateIcon face={face} size={20} />
      <span className="font-normal">
        {face.word} <Took from={incident.openedAt} to={incident.resolvedAt} />
      </span>
    </span>
  )
}

function Acts({ incident }: { incident: IncidentView }) {
  const [open, setOpen] = useState<'resolve' | 'roll-back' | null>(null)
  const client = useQueryClient()
  const { acknowledge } = useAcknowledge(incident)
  const { data: line } = useQuery(queries.line())
  const environment = line?.environments.find(({ name }) => name === incident.environment)
  useKeys({ a: acknowledge })
  if (incident.state === 'resolved') return null
  return (
    <>
      <AcknowledgeButton incident={incident} />
      {environment?.current && (
        <Button
          onClick={() => setOpen('roll-back')}
          why={environment.canRollBack ? null : 'No rollback can start here now'}
        >
          Roll back…
        </Button>
      )}
      <Button onClick={() => setOpen('resolve')}>Resolve…</Button>
      {open === 'resolve' && (
        <ReasonDialog
          title={`Incident ${incident.number} is over`}
          isReasonOptional
          onClose={() => setOpen(null)}
          confirm={`Resolve incident ${incident.number}`}
          act={async reason => {
            try {
              await acts.resolveIncident(incident, reason)
            } finally {
              const keys = ['line', 'incident', 'incidents']
              await Promise.all(keys.map(key => client.invalidateQueries({ queryKey: [key] })))
            }
          }}
        >
          <p>Whoever was paged is told. If the same alert fires again, it opens again.</p>
        </ReasonDialog>
      )}
      {open === 'roll-back' && <RollbackPlanDialog environment={incident.environment} onClose={() => setOpen(null)} />}
    </>
  )
}

function Parts({ incident }: { incident: IncidentView }) {
  const { data: line } = useQuery(queries.line())
  const environment = line?.environments.find(({ name }) => name === incident.environment)
  return (
    <>
      <Facts incident={incident} />
      {environment?.hold && <HoldStrip environment={environment} />}
      <div className="grid min-w-0 items-start gap-3 lg:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
        <IncidentTimeline incident={incident} />
        <div className="flex min-w-0 flex-col gap-3">
          <Now incident={incident} />
          <RunbookPanel incident={incident} />
          <PagesDelivered notices={incident.notices} />
          <Changed incident={incident} />
        </div>
      </div>
    </>
  )
}

function Facts({ incident }: { incident: IncidentView }) {
  const { title, severity, environment, service, release, acknowledgedBy, acknowledgedAt, resolvedBy, resolvedAt } =
    incident
  const { signs = [] } = incident
  return (
    <div className="space-y-1">
      <p className="break-words font-semibold text-16">{title}</p>
      <p className="flex flex-wrap items-center gap-x-3 gap-y-1 text-muted">
        <StateChip face={severityFaces[severity]} />
        <span>
          {environment}
          {service && ` · ${service}`}
        </span>
        {release && (
          <span>
            suspected cause <ReleaseLink id={release} />
          </span>
        )}
        {signs.length > 1 && (
          <span>
            shows as {signs.map(sign => (sign.service ? `${sign.rule} of ${sign.service}` : sign.rule)).join(', ')}
          </span>
        )}
        {acknowledgedAt ? (
          <span>
            {acknowledgedBy} acknowledged it <When at={acknowledgedAt} />
          </span>
        ) : (
          <span>nobody acknowledged it</span>
        )}
        {resolvedAt && (
          <span>
            {resolvedBy} resolved it <When at={resolvedAt} />
          </span>
        )}
      </p>
    </div>
  )
}
