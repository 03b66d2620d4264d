import type { RunSummary } from '@gantry/core/api'
import { failureLine, refInWords, shortSha } from '@gantry/core/words'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { queries } from '../api/queries.ts'
import { Command } from '../ui/command.tsx'
import { SelectField } from '../ui/field.tsx'
import { useRememberedList } from '../ui/neighbours.ts'
import { Page } from '../ui/page.tsx'
import { Empty, Loaded } from '../ui/panel.tsx'
import { useRowKeys } from '../ui/row-keys.ts'
import { runFace } from '../ui/state.ts'
import { StateMark } from '../ui/state-mark.tsx'
import { Took, When } from '../ui/when.tsx'
import { nameOf } from '../ui/words.ts'

const route = getRouteApi('/runs')

export function RunsScreen() {
  const { workflow } = route.useSearch()
  const navigate = route.useNavigate()
  const query = useQuery(queries.runs(workflow))
  const { data: all } = useQuery(queries.runs())
  const workflows = new Map((all?.runs ?? []).map(({ workflowPath, workflowName }) => [workflowPath, workflowName]))
  return (
    <Page
      title="Runs"
      aside={
        <>
          <SelectField
            label="Workflow"
            data-filter
            value={workflow ?? ''}
            onChange={({ target: { value } }) =>
              void navigate({ search: value ? { workflow: value } : {}, replace: true })
            }
          >
            <option value="">every workflow</option>
            {[...workflows].map(([path, name]) => (
              <option key={path} value={path}>
                {name}
              </option>
            ))}
          </SelectField>
          <Link to="/runs/metrics" className="link">
            Metrics
          </Link>
        </>
      }
    >
      <Loaded query={query} rows={12}>
        {({ runs }) => <Runs runs={runs} workflow={workflow} />}
      </Loaded>
    </Page>
  )
}

function Runs({ runs, workflow }: { runs: RunSummary[]; workflow: string | undefined }) {
  const list = useRowKeys<HTMLTableElement>()
  useRememberedList(runs.map(({ id }) => `/runs/${id}`))
  if (runs.length === 0) {
    return workflow ? (
      <Empty>
        <p>No run of {workflow}.</p>
        <Link to="/runs" className="link">
          Show every workflow
        </Link>
      </Empty>
    ) : (
      <Empty>
        <p>Nothing ran yet. Push a branch and its checks run here.</p>
        <Command text="git push gantry HEAD:first-steps" />
      </Empty>
    )
  }
  return (
    <div className="overflow-x-auto rounded-8 border border-edge bg-surface">
      <table ref={list} className="w-full">
        <caption className="sr-only">Runs, newest first</caption>
        <thead className="max-md:sr-only">
          <tr className="row border-edge border-b text-muted [&>th]:px-3 [&>th]:py-1.5 [&>th]:font-normal">
            <th scope="col">state</th>
            <th scope="col">run</th>
            <th scope="col">commit</th>
            <th scope="col">took</th>
            <th scope="col">started</th>
          </tr>
        </thead>
        <tbody>
          {runs.map(run => (
            <Row key={run.id} run={run} />
          ))}
        </tbody>
      </table>
    </div>
  )
}

function Row({ run }: { run: RunSummary }) {
  return (
    <tr className="border-edge border-b last:border-0 hover:bg-page max-md:flex max-md:flex-wrap max-md:gap-x-3 max-md:px-3 max-md:py-2 md:[&>*]:px-3 md:[&>*]:py-1.5">
      <td className="w-36">
        <StateMark face={runFace(run)} />
      </td>
      <th scope="row" className="font-normal max-md:order-first max-md:w-full">
        <Link to="/runs/$run" params={{ run: run.id }} data-row className="link font-semibold">
          {run.workflowName} {run.number}
        </Link>
        {run.attempt > 1 && <span className="text-muted"> attempt {run.attempt}</span>}
        {run.failedAt && <span className="block break-words text-bad">{failureLine(run)}</span>}
      </th>
      <td>
        <span className="line-clamp-1">{run.title}</span>
        <span className="text-muted">
          <code>{shortSha(run.sha)}</code> {refInWords(run.ref)} · {nameOf(run.author || run.actor)}
        </span>
      </td>
      <td className="whitespace-nowrap">
        <Took from={run.startedAt} to={run.completedAt} />
      </td>
      <td className="whitespace-nowrap text-muted">
        <When at={run.createdAt} />
      </td>
    </tr>
  )
}
