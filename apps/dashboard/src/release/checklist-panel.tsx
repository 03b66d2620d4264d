import type { Checklist, ChecklistTask } from '@gantry/core/api'
import { counted } from '@gantry/core/words'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { acts } from '../api/acts.ts'
import { Panel } from '../ui/panel.tsx'
import { asError, Refusal } from '../ui/refusal.tsx'
import { When } from '../ui/when.tsx'

/** What people go through for this release; a task ticked here is ticked for everyone, with who and when. */
export function ChecklistPanel(props: {
  release: string
  checklist: Checklist
  /** Whether a gate waits for it: else it is folded. */
  isAsked: boolean
  why: string | null
}) {
  const { release, checklist, isAsked, why } = props
  const { tasks, file } = checklist
  const client = useQueryClient()
  const [refused, setRefused] = useState<Error | null>(null)
  const tick = async (task: number, done: boolean) => {
    setRefused(null)
    await acts.tickTask(release, task, done).catch((cause: unknown) => setRefused(asError(cause)))
    await client.invalidateQueries({ queryKey: ['release'] })
  }
  const done = tasks.filter(({ ticked }) => ticked).length
  const sections = [...Map.groupBy(tasks, ({ section }) => section)]
  return (
    <Panel
      title="Checklist"
      aside={
        <span id="checklist" className="break-all text-muted">
          {done} of {tasks.length} ticked · {file}
        </span>
      }
    >
      {why && <p className="text-muted">{why}</p>}
      {refused && <Refusal error={refused} />}
      <details open={isAsked}>
        <summary className="row cursor-pointer font-semibold leading-8">{counted(tasks.length, 'task')}</summary>
        {sections.map(([section, own]) => (
          <fieldset key={section ?? ''} className="min-w-0">
            {section !== null && <legend className="pt-1 font-semibold">{section}</legend>}
            {own.map(task => (
              <Task key={task.index} task={task} why={why} onTick={isDone => tick(task.index, isDone)} />
            ))}
          </fieldset>
        ))}
      </details>
    </Panel>
  )
}

/** Shows the tick that was asked for while the server is being told. */
function Task(props: { task: ChecklistTask; why: string | null; onTick: (done: boolean) => Promise<void> }) {
  const { task, why, onTick } = props
  const [asked, setAsked] = useState<boolean | null>(null)
  return (
    <div className="flex flex-wrap items-baseline gap-x-2 rounded-4 px-1 hover:bg-page">
      <label className="row flex min-w-0 flex-1 basis-56 items-start gap-2 py-1.5">
        <input
          type="checkbox"
          className="mt-0.5 size-4 shrink-0 accent-waiting-solid"
          checked={asked ?? task.ticked !== null}
          disabled={why !== null}
          onChange={event => {
            setAsked(event.target.checked)
            void onTick(event.target.checked).finally(() => setAsked(null))
          }}
        />
        <span className={`min-w-0 break-words ${task.ticked ? 'text-muted' : ''}`}>{task.text}</span>
      </label>
      {task.ticked && (
        <span className="text-12 text-muted">
          {task.ticked.person}, <When at={task.ticked.at} />
        </span>
      )}
    </div>
  )
}
