import type { RunPageView, RunSummary } from '@gantry/core/api'
import { counted, failureLine, refInWords, shortSha } from '@gantry/core/words'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { queries, type RunFilter } from '../api/queries.ts'
import { Command } from '../ui/command.tsx'
import { useRememberedList } from '../ui/neighbours.ts'
import { Page } from '../ui/page.tsx'
import { Empty, Loaded } from '../ui/panel.tsx'
import { useRowKeys } from '../ui/row-keys.ts'
import { runFace } from '../ui/state.ts'
import { StateMark } from '../ui/state-mark.tsx'
import { Took, When } from '../ui/when.tsx'
import { nameOf } from '../ui/words.ts'
import { RunFilters } from './run-filter.tsx'

const route = getRouteApi('/runs')

export function RunsScreen() {
  const { before, ...filter } = route.useSearch()
  const navigate = route.useNavigate()
  const query = useQuery(queries.runs(filter, before))
  return (
    <Page
      title="Runs"
      aside={
        <Link to="/runs/metrics" className="link">
          Metrics
        </Link>
      }
    >
      <div className="flex flex-wrap items-center gap-2">
        <RunFilters
          filter={filter}
          onFilter={change => void navigate({ search: { ...filter, ...change }, replace: true })}
        />
      </div>
      <Loaded query={query} rows={12}>
        {page => <Runs page={page} filter={filter} before={before} />}
      </Loaded>
    </Page>
  )
}

interface RunsProps {
  page: RunPageView
  filter: RunFilter
  before: string | undefined
}

function Runs({ page: { runs, total, newer }, filter, before }: RunsProps) {
  useRememberedList(runs.map(({ id }) => `/runs/${id}`))
  if (runs.length === 0) return <NoRuns filter={filter} before={before} />
  const last = runs.at(-1)
  return (
    <>
      <p role="status" className="text-muted">
        {total > runs.length && `${newer + 1} to ${newer + runs.length} of `}
        {counted(total, 'run')}
      </p>
      <RunTable runs={runs} />
      <p className="flex gap-4">
        {before && (
          <Link to="/runs" search={filter} className="link">
            Newest
          </Link>
        )}
        {last && newer + runs.length < total && (
          <Link to="/runs" search={{ ...filter, before: last.id }} className="link">
            Older runs
          </Link>
        )}
      </p>
    </>
  )
}

function NoRuns({ filter, before }: { filter: RunFilter; before: string | undefined }) {
  const asked = Object.entries(filter)
  if (asked.length === 0 && !before) {
    return (
      <Empty>
        <p>Nothing ran yet. Push a branch and its checks run here.</p>
        <Command text="git push gantry HEAD:first-steps" />
      </Empty>
    )
  }
  return (
    <Empty>
      <p>
        No run{before && ' older than that'}
        {asked.length > 0 && ` with ${asked.map(([name, value]) => `${name} ${value}`).join(', ')}`}.
      </p>
      <Link to="/runs" className="link">
        Show every run
      </Link>
    </Empty>
  )
}

function RunTable({ runs }: { runs: RunSummary[] }) {
  const list = useRowKeys<HTMLTableElement>()
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
      <td className="md:w-[38%]">
        <span className="line-clamp-1">{run.title}</span>
        <span className="text-muted">
          <code>{shortSha(run.sha)}</code> {placeOf(run)} · {nameOf(run.author || run.actor)}
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

/** `pull request 2 from fix/cart`, or the branch. */
function placeOf({ ref, branch }: RunSummary): string {
  const words = refInWords(ref)
  return ref.startsWith('refs/pull/') && branch !== words ? `${words} from ${branch}` : words
}
