import type { Deployment, IncidentView, OutboxRow } from '@gantry/core/api'
import { Panel } from '../ui/panel.tsx'
import { ReleaseLink } from '../ui/release-link.tsx'
import { deploymentFaces, incidentFaces, outboxFaces, severityFaces } from '../ui/state.ts'
import { StateChip, StateMark } from '../ui/state-mark.tsx'
import { When } from '../ui/when.tsx'
import { counted } from '../ui/words.ts'

export function Facts({ incident }: { incident: IncidentView }) {
  const { title, severity, environment, service, release, acknowledgedBy, acknowledgedAt, resolvedBy, resolvedAt } = incident
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
        {acknowledgedAt ? (
          <span>
            {acknowledgedBy} acknowledged it <When at={acknowledgedAt} />
          </span>
        ) : (
          <span>{incidentFaces.open.word}, nobody acknowledged it</span>
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

/** Every page and message that was sent, or could not be. */
export function Pages({ notices }: { notices: OutboxRow[] }) {
  return (
    <Panel title="Pages delivered">
      {notices.length === 0 && (
        <p className="text-muted">Nobody was paged: no channel is set up. The settings file names them, `gantry notify` tests them.</p>
      )}
      <ul aria-label="Pages delivered" className="space-y-1">
        {notices.map(({ id, channel, state, attempts, lastError, sentAt, createdAt, notice }) => (
          <li key={id} className="flex flex-wrap items-center gap-x-2">
            <StateMark face={outboxFaces[state]} />
            <span className="break-words">
              {notice.kind} to <b className="font-semibold">{channel}</b>
            </span>
            <span className="text-muted">
              <When at={sentAt ?? createdAt} />, {counted(attempts, 'attempt')}
            </span>
            {lastError && <span className="w-full break-words pl-6 text-12 text-muted">{lastError}</span>}
          </li>
        ))}
      </ul>
    </Panel>
  )
}

export function Before({ deployments }: { deployments: Deployment[] }) {
  return (
    <Panel title="Changed in the hour before">
      {deployments.length === 0 && <p className="text-muted">No deployment.</p>}
      <ul className="space-y-1">
        {deployments.map(({ id, release, state, kind, createdAt, requestedBy }) => (
          <li key={id} className="flex flex-wrap items-center gap-x-2">
            <StateMark face={deploymentFaces[state]} />
            <ReleaseLink id={release} />
            <span className="text-muted">
              {kind} by {requestedBy}, <When at={createdAt} />
            </span>
          </li>
        ))}
      </ul>
    </Panel>
  )
}
