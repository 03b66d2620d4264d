import type { Deployment, Verdict } from '@gantry/core/api'
import { counted, percent } from '@gantry/core/words'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { Panel } from '../ui/panel.tsx'
import { ReleaseLink } from '../ui/release-link.tsx'
import { deploymentFaces, deployStepFaces, verdictFaces } from '../ui/state.ts'
import { StateIcon, StateMark } from '../ui/state-mark.tsx'
import { Took, When } from '../ui/when.tsx'

/** One deployment: its steps as they were planned and went, and the verdict on it. */
export function DeploymentPanel({ deployment, act }: { deployment: Deployment; act: ReactNode }) {
  const { kind, environment, state, steps, requestedBy, reason, formerRelease, runId, undoing, verdict } = deployment
  const failure = deployment.failure ?? (undoing && `It is taken back: ${undoing}`)
  return (
    <Panel
      title={`${kind === 'rollback' ? 'Rollback' : 'Deployment'} to ${environment}`}
      aside={
        <span className="flex flex-wrap items-center gap-3">
          <StateMark face={deploymentFaces[state]} />
          {act}
        </span>
      }
    >
      <p className="flex flex-wrap gap-x-3 text-muted">
        <span>by {requestedBy}</span>
        <When at={deployment.createdAt} />
        <span>
          took <Took from={deployment.createdAt} to={deployment.liveAt ?? deployment.finishedAt} />
        </span>
        {formerRelease && (
          <span>
            in place of <ReleaseLink id={formerRelease} />
          </span>
        )}
        {runId && (
          <Link to="/runs/$run" params={{ run: runId }} className="link">
            run
          </Link>
        )}
        {reason && <span className="break-words">“{reason}”</span>}
      </p>
      {failure && <FailedStep failure={failure} lines={steps.find(({ status }) => status === 'failed')?.lines ?? []} />}
      <ol className="mt-2">
        {steps.map(step => {
          const face = deployStepFaces[step.status]
          return (
            <li key={step.id} className="flex flex-wrap items-center gap-x-2 py-0.5">
              <StateIcon face={face} size={14} />
              <span className="sr-only">{face.word}</span>
              <span className="w-24 text-muted">{step.service}</span>
              <span className="min-w-0 flex-1 break-words">
                {step.summary}
                {step.detail && <span className="text-muted"> · {step.detail}</span>}
              </span>
              <span className="text-12 text-muted">
                <Took from={step.startedAt} to={step.finishedAt} />
              </span>
            </li>
          )
        })}
      </ol>
      {verdict && <VerdictPart verdict={verdict} answered={deployment.answered} />}
    </Panel>
  )
}

/** The failure in one sentence; what was written last is there for whoever opens it. */
function FailedStep({ failure, lines }: { failure: string; lines: string[] }) {
  return (
    <div className="mt-2 rounded-4 bg-bad-tint p-2">
      <p className="break-words text-bad">{failure}</p>
      {lines.length > 0 && (
        <details>
          <summary className="row cursor-pointer leading-8">The last {counted(lines.length, 'line')} before it</summary>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: lines that scroll must be reachable by keyboard */}
          <pre tabIndex={0} className="max-h-72 overflow-auto rounded-4 bg-surface p-2">
            {lines.join('\n')}
          </pre>
        </details>
      )}
    </div>
  )
}

function VerdictPart({ verdict, answered }: { verdict: Verdict; answered: Deployment['answered'] }) {
  const share = ({ trials, bad }: { trials: number; bad: number }) => (trials === 0 ? null : bad / trials)
  return (
    <div className="mt-3 border-edge border-t pt-2">
      <p className="flex flex-wrap items-center gap-x-2">
        <b className="font-semibold">Verdict</b> <StateMark face={verdictFaces[verdict.state]} />
        <span className="min-w-0 break-words">
          {verdict.summary}
          {answered && `; ${answered.how}`}
        </span>
        {verdict.decidedAt && (
          <span className="text-muted">
            <When at={verdict.decidedAt} />
          </span>
        )}
      </p>
      {verdict.signals.length > 0 && (
        <div className="mt-1 overflow-x-auto">
          <table className="w-full min-w-[30rem]">
            <caption className="sr-only">Signals the verdict rests on</caption>
            <thead className="text-muted">
              <tr className="[&>th]:py-1 [&>th]:pr-4 [&>th]:font-normal">
                <th scope="col">service</th>
                <th scope="col">signal</th>
                <th scope="col">former</th>
                <th scope="col">this</th>
                <th scope="col">tolerated</th>
                <th scope="col">state</th>
              </tr>
            </thead>
            <tbody>
              {verdict.signals.map(({ signal, service, former, current, toleratedRate, state }) => (
                <tr key={service + signal} className="[&>td]:py-1 [&>td]:pr-4">
                  <td>{service}</td>
                  <td>{signal}</td>
                  <td>
                    {percent(share(former))} <span className="text-muted">of {former.trials}</span>
                  </td>
                  <td>
                    {percent(share(current))} <span className="text-muted">of {current.trials}</span>
                  </td>
                  <td>{percent(toleratedRate)}</td>
                  <td>
                    <StateMark face={verdictFaces[state]} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </div>
  )
}
