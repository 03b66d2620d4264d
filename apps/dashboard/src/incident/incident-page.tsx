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
import { incidentFaces } from '../ui/state.ts'
import { StateIcon } from '../ui/state-mark.tsx'
import { Took } from '../ui/when.tsx'
import { AcknowledgeButton, useAcknowledge } from './acknowledge-button.tsx'
import { Before, Facts, Pages } from './incident-panels.tsx'
import { RunbookSteps } from './runbook-steps.tsx'
import { Timeline } from './timeline.tsx'

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
        <Button onClick={() => setOpen('roll-back')} why={environment.canRollBack ? null : 'No rollback can start here now'}>
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
      {open === 'roll-back' && (
        <RollbackPlanDialog environment={incident.environment} onClose={() => setOpen(null)} />
      )}
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
        <Timeline incident={incident} />
        <div className="flex min-w-0 flex-col gap-3">
          <RunbookSteps incident={incident} />
          <Pages notices={incident.notices} />
          <Before deployments={incident.changesBefore} />
        </div>
      </div>
    </>
  )
}
