import type { GateResult } from '@gantry/core/api'
import { gateDetail } from '@gantry/core/words'
import type { ReactNode } from 'react'
import { PathLink } from '../ui/path-link.tsx'
import { gateFaces } from '../ui/state.ts'
import { StateIcon } from '../ui/state-mark.tsx'

interface Props {
  gates: GateResult[]
  /** What somebody may do about one that is not met. */
  act?: ((gate: GateResult) => ReactNode) | undefined
}

/** Each gate with its judgement, what to do about it, and a link to what that rests on. */
export function GateList({ gates, act }: Props) {
  if (gates.length === 0) return <p className="text-muted">The environment names no gates.</p>
  return (
    <ul aria-label="Gates">
      {gates.map(gate => (
        <li key={`${gate.gate} ${gate.title}`} className="flex flex-wrap items-start gap-x-3 gap-y-1 py-1">
          <Gate gate={gate} />
          {act?.(gate)}
        </li>
      ))}
    </ul>
  )
}

function Gate({ gate }: { gate: GateResult }) {
  const face = gateFaces[gate.state]
  return (
    <div className="flex min-w-0 flex-1 basis-64 items-start gap-2">
      <span className="pt-0.5">
        <StateIcon face={face} />
      </span>
      <span className="min-w-0 break-words">
        <b className="font-semibold">{gate.title}</b> <span className="text-muted">{face.word}:</span>{' '}
        {gateDetail(gate)}
        {gate.next && <span className="text-muted"> → {gate.next}</span>}{' '}
        {gate.evidence && (
          <PathLink path={gate.evidence}>
            evidence<span className="sr-only"> of {gate.title}</span>
          </PathLink>
        )}
      </span>
    </div>
  )
}
