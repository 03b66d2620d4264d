import type { ReleaseComparison } from '@gantry/core/api'
import { counted, shortSha } from '@gantry/core/words'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { queries } from '../api/queries.ts'
import { SelectField } from '../ui/field.tsx'
import { Page } from '../ui/page.tsx'
import { Empty, Loaded } from '../ui/panel.tsx'
import {
  ComparedCommits,
  ComparedDependencies,
  ComparedFiles,
  ComparedMigrations,
  ComparedVariables,
} from './compare-parts.tsx'

const route = getRouteApi('/releases/compare')

/** What one release has that another has not: what would change where the other one serves. */
export function CompareScreen() {
  const { from, to, environment } = route.useSearch()
  const title = environment ? `What would change in ${environment}` : 'Compare two releases'
  return (
    <Page title={title} aside={<Choice from={from} to={to} environment={environment} />}>
      {from && to ? (
        <Compared from={from} to={to} />
      ) : (
        <Empty>
          <p>Choose two releases, or pick them in the list of releases.</p>
          <Link to="/releases" className="link">
            Releases
          </Link>
        </Empty>
      )}
    </Page>
  )
}

function Choice({
  from,
  to,
  environment,
}: {
  from?: string | undefined
  to?: string | undefined
  environment?: string | undefined
}) {
  const navigate = route.useNavigate()
  const { data } = useQuery(queries.releases())
  const known = data?.releases ?? []
  const choose = (search: { from?: string | undefined; to?: string | undefined }) =>
    void navigate({
      search: {
        ...(search.from && { from: search.from }),
        ...(search.to && { to: search.to }),
      },
      replace: true,
    })
  const options = (chosen: string | undefined) => [
    ...(chosen === undefined ? [{ id: '', title: 'choose one' }] : []),
    ...(chosen && !known.some(({ id }) => id === chosen) ? [{ id: chosen, title: '' }] : []),
    ...known,
  ]
  const field = (label: string, chosen: string | undefined, act: (id: string) => void) => (
    <SelectField
      label={label}
      data-filter
      value={chosen ?? ''}
      onChange={({ target: { value } }) => act(value)}
      className="max-w-64"
    >
      {options(chosen).map(({ id, title }) => (
        <option key={id} value={id}>
          {shortSha(id)} {title}
        </option>
      ))}
    </SelectField>
  )
  return (
    <>
      {field('From', from, id => choose({ from: id, to }))}
      <span className="text-muted">to</span>
      {field('To', to, id => choose({ from, to: id }))}
      {from && to && (
        <Link to="/releases/compare" search={{ from: to, to: from }} className="link">
          Turn round
        </Link>
      )}
      {environment && to && (
        <Link to="/releases/$release" params={{ release: to }} className="link">
          Back to the promotion
        </Link>
      )}
    </>
  )
}

function Compared({ from, to }: { from: string; to: string }) {
  const query = useQuery(queries.comparison(from, to))
  return (
    <Loaded query={query} rows={12}>
      {comparison => <Parts comparison={comparison} />}
    </Loaded>
  )
}

function Parts({ comparison }: { comparison: ReleaseComparison }) {
  const { takenBack, from, to } = comparison
  return (
    <>
      <p className="text-muted">{summaryOf(comparison)}</p>
      {takenBack.length > 0 && (
        <p className="break-words rounded-8 border border-edge bg-warn-tint px-3 py-2 text-warn">
          {shortSha(to)} goes without {counted(takenBack.length, 'commit')} that {shortSha(from)} has:{' '}
          {takenBack.map(({ title }) => title).join('; ')}
        </p>
      )}
      <div className="grid min-w-0 items-start gap-3 lg:grid-cols-2">
        <ComparedCommits comparison={comparison} />
        <div className="flex min-w-0 flex-col gap-3">
          <ComparedMigrations comparison={comparison} />
          <ComparedVariables comparison={comparison} />
          <ComparedDependencies comparison={comparison} />
        </div>
      </div>
      <ComparedFiles comparison={comparison} />
    </>
  )
}

function summaryOf({ commits, authors, files, migrations, variables, env, dependencies }: ReleaseComparison): string {
  const names = new Set([...variables, ...(env?.changes ?? [])].map(({ name }) => name))
  return [
    `${counted(commits.length, 'commit')} by ${counted(authors.length, 'person', 'people')}`,
    counted(files.length, 'file'),
    counted(migrations.added.length, 'migration'),
    counted(names.size, 'variable'),
    counted(dependencies.length, 'dependency', 'dependencies'),
  ].join(' · ')
}
