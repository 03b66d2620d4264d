import type { SampleAct } from '@gantry/core/api'
import { shortSha } from '@gantry/core/words'
import { useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { acts } from '../api/acts.ts'
import { Button } from '../ui/button.tsx'
import { asError, Refusal } from '../ui/refusal.tsx'

/** One press at a step. `push` is one of the breaks, by name. */
type Act = Exclude<SampleAct, { kind: 'break' }> | { kind: 'push'; name: string }

export function ActButton({ act }: { act: Act }) {
  const client = useQueryClient()
  const [isActing, setActing] = useState(false)
  const [refused, setRefused] = useState<Error | null>(null)
  if (act.kind === 'review') {
    return (
      <Link
        to="/releases/$release"
        params={{ release: act.release }}
        className="row inline-flex items-center rounded-4 bg-waiting-solid px-2.5 font-semibold text-white hover:brightness-110"
      >
        Look at it and decide<span className="sr-only"> about {shortSha(act.release)}</span>
      </Link>
    )
  }
  const press = async () => {
    setActing(true)
    setRefused(null)
    try {
      await perform(act)
      await client.invalidateQueries({ queryKey: ['line'] })
    } catch (cause) {
      setRefused(asError(cause))
    } finally {
      setActing(false)
    }
  }
  return (
    <>
      <Button
        look={act.kind === 'push' ? 'plain' : 'strong'}
        onClick={() => void press()}
        why={isActing ? 'It is being done' : null}
      >
        {labelOf(act)}
      </Button>
      {refused && <Refusal error={refused} onRetry={() => void press()} />}
    </>
  )
}

type Pressed = Exclude<Act, { kind: 'review' }>

function labelOf(act: Pressed): string {
  if (act.kind === 'push') return `Push ${act.name}`
  if (act.kind === 'merge') return 'Push it to main'
  return act.kind === 'visit' ? 'Send visitors for 90 s' : `Push the revert of ${shortSha(act.sha)}`
}

function perform(act: Pressed): Promise<unknown> {
  if (act.kind === 'push') return acts.pushBreak(act.name)
  if (act.kind === 'merge') return acts.mergeSample(act.branch)
  return act.kind === 'visit' ? acts.sendVisitors() : acts.revertSample(act.sha)
}
