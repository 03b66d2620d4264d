import type { GateResult } from '@gantry/core/api'
import { gateDetail } from '@gantry/core/words'
import { PathLink } from '../ui/path-link.tsx'
import { gateFaces } from '../ui/state.ts'
import { StateIcon } from '../ui/state-mark.tsx'

/** Each gate with its judgement and a link to what that rests on. */
export function GateList({ gates }: { gates: GateResult[] }) {
  if (gates.length === 0) return <p className="text-muted">The environment names no gates.</p>
  return (
    <ul aria-label="Gates">
      {gates.map(gate => {
        const face = gateFaces[gate.state]
        return (
          <li key={gate.gate} className="flex items-start gap-2 py-1">
            <span className="pt-0.5">
              <StateIcon face={face} />
            </span>
            <span className="min-w-0 break-words">
              <b className="font-semibold">{gate.title}</b> <span className="text-muted">{face.word}:</span>{' '}
              {gateDetail(gate)}{' '}
              {gate.evidence && (
                <PathLink path={gate.evidence}>
                  evidence<span className="sr-only"> of {gate.title}</span>
                </PathLink>
              )}
            </span>
          </li>
        )
      })}
    </ul>
  )
}
