import type { Deployment, Line, LineEnvironment } from '@gantry/core/api'
import { counted, shortSha } from '@gantry/core/words'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { HoldDialog } from '../release/hold-dialog.tsx'
import { Button } from '../ui/button.tsx'
import { ReleaseLink } from '../ui/release-link.tsx'
import { deploymentFaces, verdictFaces } from '../ui/state.ts'
import { StateChip, StateMark } from '../ui/state-mark.tsx'
import { Took, When } from '../ui/when.tsx'

/** A release moves as one: what the environment runs as a whole, and the acts on it. */
export function EnvironmentSummary(props: { environment: LineEnvironment; line: Line; onRollBack: () => void }) {
  const { environment, line, onRollBack } = props
  const { current, name, commitsAhead } = environment
  const [isHolding, setHolding] = useState(false)
  const promotion = line.promotions.find(each => each.environment === name)
  const title = line.cells.find(cell => cell.environment === name && cell.release === current?.release)?.title
  return (
    <div className="flex flex-col gap-1">
      <p className="font-semibold capitalize md:hidden">{name}</p>
      {current ? (
        <Current deployment={current} title={title ?? null} />
      ) : (
        <p className="text-muted">nothing deployed yet</p>
      )}
      {environment.noWayBack && <p className="break-words text-warn">{environment.noWayBack}</p>}
      {Boolean(commitsAhead) && <p className="text-muted">{counted(commitsAhead ?? 0, 'release')} of main ahead</p>}
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        {promotion && (
          <Link to="/releases/$release" params={{ release: promotion.release }} className="link">
            Promote {shortSha(promotion.release)}
          </Link>
        )}
        {environment.isProtected && !environment.hold && (
          <Button look="quiet" onClick={() => setHolding(true)}>
            Hold…<span className="sr-only"> promotions to {name}</span>
          </Button>
        )}
        {isHolding && <HoldDialog environment={name} onClose={() => setHolding(false)} />}
        {current && (
          <Button onClick={onRollBack} why={environment.canRollBack ? null : whyNot(current)}>
            Roll back {name}…
          </Button>
        )}
      </div>
    </div>
  )
}

const underWay = ['planned', 'deploying', 'verifying']

const whyNot = ({ state }: Deployment): string =>
  underWay.includes(state) ? 'A deployment is under way here' : 'No earlier release was live here'

function Current({ deployment, title }: { deployment: Deployment; title: string | null }) {
  const { state, steps, undoing, verdict, liveAt, createdAt, release } = deployment
  const isUnderWay = underWay.includes(state)
  const step = steps.find(({ status }) => status === 'running')
  const done = steps.filter(({ status }) => status === 'done').length
  const forward = `${done} of ${steps.length} steps${step ? ` · ${step.summary}` : ''}`
  const progress = undoing ? `is taken back: ${undoing}` : forward
  return (
    <>
      <div className="flex flex-wrap items-center gap-x-2">
        <StateMark face={deploymentFaces[state]} />
        <ReleaseLink id={release} />
        <span className="text-muted">
          {isUnderWay ? <Took from={createdAt} to={null} /> : liveAt && <When at={liveAt} />}
        </span>
        {verdict && <StateChip face={verdictFaces[verdict.state]} />}
      </div>
      {title && <p className="line-clamp-1 text-muted">{title}</p>}
      {isUnderWay && <p className="text-12 text-muted">{progress}</p>}
    </>
  )
}
