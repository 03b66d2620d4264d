import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { queries } from '../api/queries.ts'
import { Command } from '../ui/command.tsx'
import { useRememberedList } from '../ui/neighbours.ts'
import { Page } from '../ui/page.tsx'
import { Empty, Loaded, Panel } from '../ui/panel.tsx'
import { useRowKeys } from '../ui/row-keys.ts'
import { severityFaces } from '../ui/state.ts'
import { StateChip } from '../ui/state-mark.tsx'

export function RunbooksPage() {
  const query = useQuery(queries.runbooks())
  const list = useRowKeys<HTMLUListElement>()
  useRememberedList((query.data?.runbooks ?? []).map(({ slug }) => `/runbooks/${slug}`))
  return (
    <Page title="Runbooks">
      <Panel title="On main" flush>
        <Loaded query={query}>
          {({ runbooks }) =>
            runbooks.length === 0 ? (
              <Empty>
                There is no runbook yet: put a Markdown file into runbooks/ and push it.
                <Command text="git push gantry HEAD:my-branch" />
              </Empty>
            ) : (
              <ul ref={list} className="divide-y divide-edge">
                {runbooks.map(({ slug, title, alerts, severity }) => (
                  <li key={slug} className="flex flex-wrap items-center gap-x-3 gap-y-1 px-3 py-2">
                    <Link to="/runbooks/$slug" params={{ slug }} className="link font-semibold" data-row>
                      {title}
                    </Link>
                    {severity && <StateChip face={severityFaces[severity]} />}
                    {alerts.length > 0 && <span className="text-muted">for {alerts.join(', ')}</span>}
                  </li>
                ))}
              </ul>
            )
          }
        </Loaded>
      </Panel>
    </Page>
  )
}
