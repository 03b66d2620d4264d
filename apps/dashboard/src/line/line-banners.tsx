import type { Incident, Line, LineEnvironment, Promotion } from '@gantry/core/api'
import { useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { type ReactNode, useState } from 'react'
import { acts } from '../api/acts.ts'
import { Button } from '../ui/button.tsx'
import { ActDialog } from '../ui/dialog.tsx'
import { asError, Refusal } from '../ui/refusal.tsx'
import { ReleaseLink } from '../ui/release-link.tsx'
import { incidentFaces, promotionFaces, type Role, severityFaces } from '../ui/state.ts'
import { roleTint, StateMark } from '../ui/state-mark.tsx'
import { Took, When } from '../ui/when.tsx'
import { shortSha } from '../ui/words.ts'
import type { Intent } from './line-screen.tsx'

/** What waits for a person, most urgent first: incidents, held environments, promotions. */
export function LineBanners({ line, onIntent }: { line: Line; onIntent: (intent: Intent) => void }) {
  return (
    <>
      {line.incidents.map(incident => (
        <IncidentBanner key={incident.number} incident={incident} />
      ))}
      {line.environments.map(environment => environment.hold && <HoldBanner key={environment.name} environment={environment} />)}
      {line.promotions.map(promotion => (
        <PromotionBanner key={promotion.id} promotion={promotion} onReview={() => onIntent({ kind: 'promote', promotion: promotion.id })} />
      ))}
    </>
  )
}

function Banner({ role, label, act, children }: { role: Role; label: string; act: ReactNode; children: ReactNode }) {
  return (
    <section
      aria-label={label}
      className={`flex flex-wrap items-center gap-x-3 gap-y-1 rounded-8 border border-edge px-3 py-1.5 ${roleTint[role]}`}
    >
      {children}
      <span className="ml-auto flex gap-2">{act}</span>
    </section>
  )
}

function IncidentBanner({ incident }: { incident: Incident }) {
  const client = useQueryClient()
  const [refused, setRefused] = useState<Error | null>(null)
  const [isActing, setActing] = useState(false)
  const face = incidentFaces[incident.state]
  const acknowledge = async () => {
    setActing(true)
    setRefused(null)
    await acts.acknowledge(incident).catch((cause: unknown) => setRefused(asError(cause)))
    await client.invalidateQueries({ queryKey: ['line'] })
    setActing(false)
  }
  return (
    <>
      <Banner
        role={face.role}
        label={`Incident ${incident.number}`}
        act={
          incident.state === 'open' && (
            <Button look="danger" onClick={() => void acknowledge()} why={isActing ? 'It is being acknowledged' : null}>
              Acknowledge
            </Button>
          )
        }
      >
        <StateMark face={{ ...face, word: `Incident ${incident.number}` }} />
        <Link to="/incidents/$incident" params={{ incident: String(incident.number) }} className="link font-semibold">
          {incident.title}
        </Link>
        <span className="text-muted">
          {severityFaces[incident.severity].word} · open <Took from={incident.openedAt} to={null} /> ·{' '}
          {incident.acknowledgedBy ? `${incident.acknowledgedBy} is on it` : 'not acknowledged'}
        </span>
      </Banner>
      {refused && <Refusal error={refused} />}
    </>
  )
}

function HoldBanner({ environment }: { environment: LineEnvironment }) {
  const [isOpen, setOpen] = useState(false)
  const client = useQueryClient()
  const { hold, name } = environment
  if (!hold) return null
  return (
    <Banner
      role="warn"
      label={`Promotions to ${name} are held`}
      act={<Button onClick={() => setOpen(true)}>Resume promotions…</Button>}
    >
      <StateMark face={{ role: 'warn', icon: 'triangle', word: `Promotions to ${name} are held` }} />
      <span className="min-w-0 break-words text-muted">
        since <When at={hold.since} />, by {hold.by}: {hold.because}
      </span>
      <ActDialog
        title={`Promotions to ${name} go on`}
        isOpen={isOpen}
        onClose={() => setOpen(false)}
        actLabel="Resume promotions"
        act={async reason => {
          await acts.resume(name, reason)
          await client.invalidateQueries({ queryKey: ['line'] })
        }}
      >
        <p>What was approved and waits is deployed at once. Releases marked bad stay marked.</p>
      </ActDialog>
    </Banner>
  )
}

function PromotionBanner({ promotion, onReview }: { promotion: Promotion; onReview: () => void }) {
  const met = promotion.gates.filter(({ state }) => state === 'met').length
  const blocking = promotion.gates.find(({ state }) => state !== 'met')
  const face = promotionFaces[promotion.state]
  return (
    <Banner
      role="waiting"
      label={`Promotion of ${shortSha(promotion.release)} to ${promotion.environment}`}
      act={<Button onClick={onReview}>Review</Button>}
    >
      <StateMark face={face} />
      <span className="min-w-0 break-words">
        <ReleaseLink id={promotion.release} /> → {promotion.environment} · {met} of {promotion.gates.length} gates met
        {blocking && <span className="text-muted"> · {blocking.title}: {blocking.detail}</span>}
      </span>
    </Banner>
  )
}
