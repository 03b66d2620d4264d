import { useQuery } from '@tanstack/react-query'
import { useEffect } from 'react'
import { queries } from '../api/queries.ts'
import { Page } from '../ui/page.tsx'
import { Loaded } from '../ui/panel.tsx'
import { projectPath } from './current-project.ts'
import { lastProject, projectMeant } from './last-project.ts'
import { ProjectList } from './project-list.tsx'

/**
 * Stands at every address without a project. It leads on to the one looked at last, or the only one, and there to the
 * same screen: `/runs/7` of before there were projects, or typed by hand, is found.
 */
export function Doorway() {
  const me = useQuery(queries.me())
  const meant = me.data ? projectMeant(me.data.projects, lastProject()) : null
  useEffect(() => {
    if (meant === null) return
    const { search, hash } = location
    // Where a provider sends back to; it is no screen.
    const pathname = location.pathname === '/signed-in' ? '/' : location.pathname
    location.replace(`${projectPath(meant)}${pathname === '/' ? '' : pathname}${search}${hash}`)
  }, [meant])
  if (meant !== null) return null
  return <ProjectsPage />
}

/** All projects of this server that one may see. */
export function ProjectsPage() {
  const all = useQuery(queries.projects())
  return (
    <Page title="Projects">
      <Loaded query={all} rows={3}>
        {({ projects }) => <ProjectList projects={projects} />}
      </Loaded>
    </Page>
  )
}
