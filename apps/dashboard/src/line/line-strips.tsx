import type { Incident, Line, LineEnvironment, Promotion } from '@gantry/core/api'
import { shortSha } from '@gantry/core/words'
import { Link } from '@tanstack/react-router'
import { type ReactNode, useState } from 'react'
import { AcknowledgeButton } from '../incident/acknowledge-button.tsx'
import { ResumeDialog } from '../release/resume-dialog.tsx'
import { Button } from '../ui/button.tsx'
import { incidentFaces, promotionFaces, type Role, severityFaces } from '../ui/state.ts'
import { roleTint, StateIcon, StateMark } from '../ui/state-mark.tsx'
import { Took, When } from '../ui/when.tsx'

/** What waits for a person, most urgent first: incidents, held environments, promotions. */
export function LineStrips({ line }: { line: Line }) {
  return (
    <>
      {line.incidents.map(incident => (
        <IncidentStrip key={incident.number} incident={incident} />
      ))}
      {line.environments.map(
        environment => environment.hold && <HoldStrip key={environment.name} environment={environment} />,
      )}
      {line.promotions.map(promotion => (
        <PromotionStrip key={promotion.id} promotion={promotion} />
      ))}
    </>
  )
}

function Strip({ tone, label, act, children }: { tone: Role; label: string; act: ReactNode; children: ReactNode }) {
  return (
    <section
      aria-label={label}
      className={`flex flex-wrap items-center gap-x-3 gap-y-1 rounded-8 border border-edge px-3 py-1.5 ${roleTint[tone]}`}
    >
      <div className="flex min-w-0 flex-1 basis-72 flex-wrap items-center gap-x-3 gap-y-0.5">{children}</div>
      {act}
    </section>
  )
}

function IncidentStrip({ incident }: { incident: Incident }) {
  const { number, state, acknowledgedBy } = incident
  const face = incidentFaces[state]
  return (
    <Strip tone={face.role} label={`Incident ${number}, ${face.word}`} act={<AcknowledgeButton incident={incident} />}>
      <span className="flex items-center gap-1.5 font-semibold">
        <StateIcon face={face} />
        <Link to="/incidents/$incident" params={{ incident: String(number) }} className="link whitespace-nowrap">
          Incident {number}
        </Link>
      </span>
      <span className="break-words">{incident.title}</span>
      <span className="text-muted">
        {severityFaces[incident.severity].word} · open <Took from={incident.openedAt} to={null} /> ·{' '}
        {acknowledgedBy ? `${acknowledgedBy} is on it` : 'not acknowledged'}
      </span>
    </Strip>
  )
}

export function HoldStrip({ environment }: { environment: Pick<LineEnvironment, 'name' | 'hold'> }) {
  const [isOpen, setOpen] = useState(false)
  const { hold, name } = environment
  if (!hold) return null
  const said = `Promotions to ${name} are held`
  return (
    <Strip tone="warn" label={said} act={<Button onClick={() => setOpen(true)}>Resume…</Button>}>
      <StateMark face={{ role: 'warn', icon: 'triangle', word: said }} />
      <span className="break-words text-muted">
        since <When at={hold.since} />, by {hold.by}: {hold.because}
      </span>
      {isOpen && <ResumeDialog environment={name} onClose={() => setOpen(false)} />}
    </Strip>
  )
}

function PromotionStrip({ promotion }: { promotion: Promotion }) {
  const { release, environment, gates, state } = promotion
  const met = gates.filter(gate => gate.state === 'met').length
  const blocking = gates.find(gate => gate.state !== 'met')
  const review = (
    <Link
      to="/releases/$release"
      params={{ release }}
      className="row inline-flex items-center rounded-4 bg-waiting-solid px-2.5 font-semibold text-white hover:brightness-110"
    >
      Review
      <span className="sr-only">
        {' '}
        {shortSha(release)} for {environment}
      </span>
    </Link>
  )
  return (
    <Strip tone="waiting" label={`Promotion of ${shortSha(release)} to ${environment}`} act={review}>
      <StateMark face={promotionFaces[state]} />
      <span className="break-words">
        <code>{shortSha(release)}</code> → {environment} · {met} of {gates.length} gates met
        {blocking && (
          <span className="text-muted">
            {' '}
            · {blocking.title}: {blocking.detail}
          </span>
        )}
      </span>
    </Strip>
  )
}
