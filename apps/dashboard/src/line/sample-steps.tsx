import type { Line, SampleBreak, SampleStep, SampleView } from '@gantry/core/api'
import { PathLink } from '../ui/path-link.tsx'
import { sampleStepFaces } from '../ui/state.ts'
import { StateIcon } from '../ui/state-mark.tsx'
import { ConnectRepository } from './connect-repository.tsx'
import { ActButton } from './sample-act.tsx'

const titles: Record<SampleStep['step'], string> = {
  pushed: 'Pushed',
  checked: 'Checked',
  staging: 'On staging',
  approval: 'Your approval',
  broken: 'Break it',
  rolledBack: 'Rolled back',
  connected: 'Connect your own repository',
}

/** The way of a release, as the sample takes it now: each step, how it stands, and what can be pressed. */
export function SampleSteps({ line, sample }: { line: Line; sample: SampleView }) {
  return (
    <ol aria-label="Steps of the sample">
      {sample.steps.map(step => (
        <Step key={step.step} step={step}>
          {step.act?.kind === 'break' && <Breaks breaks={sample.breaks} />}
          {step.act && step.act.kind !== 'break' && <ActButton act={step.act} />}
          {step.step === 'connected' && (
            <details>
              <summary className="link cursor-pointer">What to type</summary>
              <div className="pt-2">
                <ConnectRepository line={line} />
              </div>
            </details>
          )}
        </Step>
      ))}
    </ol>
  )
}

function Step({ step, children }: { step: SampleStep; children: React.ReactNode }) {
  const face = sampleStepFaces[step.state]
  const isNow = step.state === 'waiting' || step.state === 'doing'
  return (
    <li
      aria-current={isNow ? 'step' : undefined}
      className={`flex gap-2 border-edge border-b px-3 py-2 last:border-0 ${step.state === 'waiting' ? 'bg-waiting-tint' : ''}`}
    >
      <span className="pt-0.5">
        <StateIcon face={face} />
      </span>
      <div className="min-w-0 flex-1 space-y-1.5">
        <p className="break-words">
          <b className="font-semibold">{titles[step.step]}</b> <span className="sr-only">{face.word}: </span>
          <span className="text-muted">
            {step.path ? <PathLink path={step.path}>{step.detail}</PathLink> : step.detail}
          </span>
        </p>
        {children}
      </div>
    </li>
  )
}

function Breaks({ breaks }: { breaks: SampleBreak[] }) {
  return (
    <ul aria-label="Prepared breaks" className="space-y-1.5">
      {breaks.map(({ name, title, shows }) => (
        <li key={name} className="flex flex-wrap items-baseline gap-x-2 gap-y-0.5">
          <ActButton act={{ kind: 'push', name }} />
          <span className="min-w-0 break-words">
            “{title}” <span className="text-muted">{shows}</span>
          </span>
        </li>
      ))}
    </ul>
  )
}
