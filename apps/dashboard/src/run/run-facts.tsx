import type { RunState } from '@gantry/core/api'
import { refInWords } from '@gantry/core/words'
import { Link } from '@tanstack/react-router'
import { Button } from '../ui/button.tsx'
import { Kbd } from '../ui/field.tsx'
import { ReleaseLink } from '../ui/release-link.tsx'
import { StateIcon } from '../ui/state-mark.tsx'
import { When } from '../ui/when.tsx'
import { nameOf } from '../ui/words.ts'
import { type Failure, failureWords } from './failures.ts'

const bad = { role: 'bad', word: 'failed', icon: 'octagon' } as const

interface Props {
  run: RunState
  failure: Failure | undefined
  /** The line its step failed with, once the log was read. */
  said: string | null
  failures: number
  onNext: () => void
}

/** What ran, of which commit, by whom; and, when it failed, the failure in words. */
export function RunFacts({ run, failure, said, failures, onNext }: Props) {
  return (
    <div className="space-y-2">
      <p className="flex flex-wrap gap-x-3 text-muted">
        <Link to="/runs" search={{ workflow: run.workflowPath }} className="link">
          {run.workflowName}
        </Link>
        <span className="min-w-0 break-words text-text">{run.title}</span>
        <span>
          <ReleaseLink id={run.sha} />
          {run.author && ` by ${nameOf(run.author)}`}
        </span>
        <span>{refInWords(run.ref)}</span>
        <span>
          {run.event.replaceAll('_', ' ')}
          {run.actor !== run.author && ` by ${nameOf(run.actor)}`}
        </span>
        <When at={run.createdAt} />
        {run.attempt > 1 && <span>attempt {run.attempt}</span>}
      </p>
      {failure && (
        <div className="flex flex-wrap items-center gap-x-3 gap-y-1 rounded-8 border border-edge bg-bad-tint px-3 py-2">
          <StateIcon face={bad} />
          <p className="min-w-0 flex-1 break-words font-semibold text-bad">{failureWords(failure, said).join(' › ')}</p>
          {failures > 1 && (
            <Button onClick={onNext}>
              Next of {failures} failures <Kbd>f</Kbd>
            </Button>
          )}
        </div>
      )}
    </div>
  )
}
