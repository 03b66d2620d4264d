import type { IncidentView } from '@gantry/core/api'
import { useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { lazy, Suspense, useMemo, useState } from 'react'
import { acts } from '../api/acts.ts'
import { Panel } from '../ui/panel.tsx'
import { asError, Refusal } from '../ui/refusal.tsx'
import { runbookSteps, withoutSteps } from './steps-of.ts'

const Markdown = lazy(() => import('../runbook/markdown.tsx').then(({ Markdown: it }) => ({ default: it })))

/** The runbook's steps, to tick as they are done; everyone on the incident sees the ticks. */
export function RunbookSteps({ incident }: { incident: IncidentView }) {
  const { runbookContent: runbook, ticked, number } = incident
  const client = useQueryClient()
  const [refused, setRefused] = useState<Error | null>(null)
  const markdown = runbook?.markdown ?? ''
  const steps = useMemo(() => runbookSteps(markdown), [markdown])
  const rest = useMemo(() => withoutSteps(markdown), [markdown])
  if (!runbook) {
    return (
      <Panel title="Runbook">
        <p className="text-muted">
          No runbook names this alert.{' '}
          <Link to="/runbooks" className="link">
            All runbooks
          </Link>
        </p>
      </Panel>
    )
  }
  const tick = async (step: number, done: boolean) => {
    setRefused(null)
    await acts.tick(number, step, done).catch((cause: unknown) => setRefused(asError(cause)))
    await client.invalidateQueries({ queryKey: ['incident', String(number)] })
  }
  const whole = (
    <Link to="/runbooks/$slug" params={{ slug: runbook.slug }} className="link">
      Whole runbook
    </Link>
  )
  return (
    <Panel title={`Runbook: ${runbook.title}`} aside={whole}>
      <ul aria-label="Steps">
        {steps.map((text, step) => (
          <li key={`${step} ${text}`}>
            <Step text={text} isDone={ticked.includes(step)} onTick={done => tick(step, done)} />
          </li>
        ))}
      </ul>
      {refused && <Refusal error={refused} />}
      {rest && (
        <details className="mt-2">
          <summary className="row cursor-pointer py-1.5 text-muted">What else it says</summary>
          <Suspense>
            <Markdown text={rest} />
          </Suspense>
        </details>
      )}
    </Panel>
  )
}

/** Shows the tick that was asked for while the server is being told. */
function Step(props: { text: string; isDone: boolean; onTick: (done: boolean) => Promise<void> }) {
  const { text, isDone, onTick } = props
  const [asked, setAsked] = useState<boolean | null>(null)
  return (
    <label className="row flex items-start gap-2 py-1.5">
      <input
        type="checkbox"
        className="mt-0.5 size-4 shrink-0 accent-waiting-solid"
        checked={asked ?? isDone}
        aria-busy={asked !== null}
        onChange={event => {
          setAsked(event.target.checked)
          void onTick(event.target.checked).finally(() => setAsked(null))
        }}
      />
      <span className={`min-w-0 break-words ${isDone ? 'text-muted' : ''}`}>{plain(text)}</span>
    </label>
  )
}

/** A step is one line: its marks for code, links and weight are left out. */
const plain = (text: string): string =>
  text
    .replace(/\[([^\]]+)\]\([^)]*\)/g, '$1')
    .replace(/(\*\*|__|`)(.+?)\1/g, '$2')
