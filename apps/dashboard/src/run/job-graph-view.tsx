import type { JobState, RunState } from '@gantry/core/api'
import { Link } from '@tanstack/react-router'
import { useMemo } from 'react'
import { runFace } from '../ui/state.ts'
import { StateIcon } from '../ui/state-mark.tsx'
import { Took } from '../ui/when.tsx'
import { jobGraph, type Placed } from './job-graph.ts'
import { type JobName, legNames } from './leg-names.ts'

const [boxWide, boxTall, gapX, gapY] = [190, 40, 44, 8]
const x = ({ column }: Placed) => column * (boxWide + gapX)
const y = ({ row }: Placed) => row * (boxTall + gapY)

/** The jobs as a list whose items stand where their needs put them; the lines between are for eyes only. */
export function JobGraphView({ run, selected }: { run: RunState; selected: string | null }) {
  const graph = useMemo(() => jobGraph(run.jobs), [run.jobs])
  const names = useMemo(() => legNames(run.jobs), [run.jobs])
  const wide = graph.columns * (boxWide + gapX) - gapX
  const tall = graph.rows * (boxTall + gapY) - gapY
  if (run.jobs.length === 0) return <p className="text-muted">No jobs yet.</p>
  return (
    <section
      aria-label="Job graph"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
      tabIndex={0}
      className="max-h-72 overflow-auto p-0.5"
    >
      <div className="relative" style={{ width: wide, height: tall }}>
        <svg aria-hidden width={wide} height={tall} className="absolute inset-0 overflow-visible">
          {graph.edges.map(({ from, to }) => (
            <path
              key={`${from.id} ${to.id}`}
              d={curve(from, to)}
              fill="none"
              className="stroke-control"
              strokeWidth={1.25}
            />
          ))}
        </svg>
        <ol>
          {graph.nodes.map((node, index) => {
            const job = run.jobs[index]
            const name = names.get(node.id)
            return job && name && <Box key={node.id} {...{ job, run, node, name }} isSelected={node.id === selected} />
          })}
        </ol>
      </div>
    </section>
  )
}

interface BoxProps {
  job: JobState
  run: RunState
  node: Placed
  name: JobName
  isSelected: boolean
}

function Box({ job, run, node, name: { name, leg }, isSelected }: BoxProps) {
  const face = runFace(job)
  return (
    <li className="absolute" style={{ left: x(node), top: y(node), width: boxWide, height: boxTall }}>
      <Link
        to="/runs/$run"
        params={{ run: run.id }}
        search={({ view }: { view?: string }) => ({ ...(view && { view }), job: job.id })}
        resetScroll={false}
        aria-current={isSelected ? 'true' : undefined}
        data-tip={job.name}
        className={`flex h-full items-center gap-2 rounded-4 border bg-raised px-2 hover:bg-page ${isSelected ? 'border-accent outline outline-1 outline-accent' : 'border-control'}`}
      >
        <StateIcon face={face} />
        <span className="min-w-0 flex-1">
          <span className="flex gap-2">
            <span className={`min-w-0 flex-1 truncate ${leg === null ? '' : 'text-12 text-muted'}`}>{name}</span>
            <span className="text-12 text-muted">
              <Took from={job.startedAt} to={job.completedAt} />
            </span>
          </span>
          {leg !== null && <span className="block truncate text-12">{leg}</span>}
        </span>
        <span className="sr-only">
          {face.word}
          {job.needs.length > 0 && `, needs ${job.needs.join(', ')}`}
        </span>
      </Link>
    </li>
  )
}

function curve(from: Placed, to: Placed): string {
  const [x1, y1] = [x(from) + boxWide, y(from) + boxTall / 2]
  const [x2, y2] = [x(to), y(to) + boxTall / 2]
  const bend = gapX / 2
  return `M${x1} ${y1} C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}`
}
