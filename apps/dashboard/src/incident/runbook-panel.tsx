import type { IncidentView } from '@gantry/core/api'
import { useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useMemo, useState } from 'react'
import { acts } from '../api/acts.ts'
import { Markdown } from '../runbook/runbook-text.tsx'
import { Panel } from '../ui/panel.tsx'
import { asError, Refusal } from '../ui/refusal.tsx'
import { plainStep, runbookBlocks } from './runbook-blocks.ts'

/** The runbook in reading order; a step ticked here is ticked for everyone. */
export function RunbookPanel({ incident }: { incident: IncidentView }) {
  const { runbookContent: runbook, ticked, number } = incident
  const client = useQueryClient()
  const [refused, setRefused] = useState<Error | null>(null)
  const markdown = runbook?.markdown ?? ''
  const blocks = useMemo(() => runbookBlocks(markdown), [markdown])
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
      On its own page
    </Link>
  )
  return (
    <Panel title={`Runbook: ${runbook.title}`} aside={whole}>
      {refused && <Refusal error={refused} />}
      {blocks.map(block =>
        block.kind === 'text' ? (
          <Markdown key={block.text} text={block.text} headingsFrom={3} />
        ) : (
          <Step
            key={`${block.index} ${block.text}`}
            text={plainStep(block.text)}
            isDone={ticked.includes(block.index)}
            onTick={done => tick(block.index, done)}
          />
        ),
      )}
    </Panel>
  )
}

/** Shows the tick that was asked for while the server is being told. */
function Step(props: { text: string; isDone: boolean; onTick: (done: boolean) => Promise<void> }) {
  const { text, isDone, onTick } = props
  const [asked, setAsked] = useState<boolean | null>(null)
  return (
    <label className="row flex items-start gap-2 rounded-4 px-1 py-1.5 hover:bg-page">
      <input
        type="checkbox"
        className="mt-0.5 size-4 shrink-0 accent-waiting-solid"
        checked={asked ?? isDone}
        onChange={event => {
          setAsked(event.target.checked)
          void onTick(event.target.checked).finally(() => setAsked(null))
        }}
      />
      <span className={`min-w-0 break-words ${isDone ? 'text-muted' : ''}`}>{text}</span>
    </label>
  )
}
