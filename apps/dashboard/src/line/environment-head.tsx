import type { Deployment, Line, LineEnvironment } from '@gantry/core/api'
import { Button } from '../ui/button.tsx'
import { ReleaseLink } from '../ui/release-link.tsx'
import { deploymentFaces, verdictFaces } from '../ui/state.ts'
import { StateChip, StateMark } from '../ui/state-mark.tsx'
import { Took, When } from '../ui/when.tsx'
import { counted, shortSha } from '../ui/words.ts'
import type { Intent } from './line-screen.tsx'

/** A release moves as one: what the environment runs as a whole, and the two acts on it. */
export function EnvironmentHead(props: {
  environment: LineEnvironment
  line: Line
  onIntent: (intent: Intent) => void
}) {
  const { environment, line, onIntent } = props
  const { current, name } = environment
  const promotion = line.promotions.find(each => each.environment === name)
  const title = line.cells.find(cell => cell.environment === name && cell.release === current?.release)?.title
  return (
    <div className="flex flex-col gap-1">
      <p className="font-semibold md:hidden">{name}</p>
      {current ? <Current deployment={current} title={title ?? null} /> : <p className="text-muted">nothing deployed yet</p>}
      {Boolean(environment.commitsAhead) && (
        <p className="text-muted">{counted(environment.commitsAhead ?? 0, 'commit')} of main ahead</p>
      )}
      <div className="flex flex-wrap gap-2">
        {promotion && (
          <Button
            look={promotion.state === 'ready' ? 'strong' : 'plain'}
            onClick={() => onIntent({ kind: 'promote', promotion: promotion.id })}
          >
            Promote {shortSha(promotion.release)}…
          </Button>
        )}
        {current && (
          <Button
            onClick={() => onIntent({ kind: 'roll-back', environment: name })}
            why={environment.canRollBack ? null : whyNot(current)}
          >
            Roll back {name}…
          </Button>
        )}
      </div>
    </div>
  )
}

const whyNot = (current: Deployment): string =>
  ['planned', 'deploying', 'verifying'].includes(current.state)
    ? 'A deployment is under way here'
    : 'No earlier release was live here'

function Current({ deployment, title }: { deployment: Deployment; title: string | null }) {
  const { state, steps, verdict, liveAt, createdAt } = deployment
  const isUnderWay = state === 'planned' || state === 'deploying' || state === 'verifying'
  const step = steps.find(({ status }) => status === 'running')
  const done = steps.filter(({ status }) => status === 'done').length
  return (
    <>
      <div className="flex flex-wrap items-center gap-x-2">
        <StateMark face={deploymentFaces[state]} />
        <ReleaseLink id={deployment.release} />
        <span className="text-muted">
          {isUnderWay ? <Took from={createdAt} to={null} /> : liveAt && <When at={liveAt} />}
        </span>
        {verdict && <StateChip face={verdictFaces[verdict.state]} />}
      </div>
      {title && <p className="line-clamp-1 text-muted">{title}</p>}
      {isUnderWay && (
        <p className="text-12 text-muted">
          {done} of {steps.length} steps{step && ` · ${step.summary}`}
        </p>
      )}
    </>
  )
}
