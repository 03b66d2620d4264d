import type { ProjectView } from '@gantry/core/api'
import { shortSha } from '@gantry/core/words'
import { Command } from '../ui/command.tsx'
import { Panel } from '../ui/panel.tsx'
import { runFace } from '../ui/state.ts'
import { StateMark } from '../ui/state-mark.tsx'
import { When } from '../ui/when.tsx'
import { projectPath } from './current-project.ts'

/** A row a project: what is live, whether main is green, whether something is wrong. */
export function ProjectList({ projects }: { projects: readonly ProjectView[] }) {
  if (projects.length === 0) return <NoProject />
  return (
    <Panel title="All" flush>
      <div className="overflow-x-auto">
        <table className="w-full" aria-label="Projects">
          <thead>
            <tr className="border-edge border-b text-left text-12 text-muted">
              {['Project', 'Main', 'Live', 'Incidents'].map(name => (
                <th key={name} scope="col" className="px-3 py-1 font-normal">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {projects.map(project => (
              <Row key={project.name} project={project} />
            ))}
          </tbody>
        </table>
      </div>
    </Panel>
  )
}

function Row({ project: { name, title, checks, environments, openIncidents } }: { project: ProjectView }) {
  const home = projectPath(name)
  return (
    <tr className="row border-edge border-b last:border-0">
      <th scope="row" className="px-3 text-left font-normal">
        <a href={home} className="link font-semibold">
          {title}
        </a>
        {title !== name && <span className="ml-2 text-muted">{name}</span>}
      </th>
      <td className="px-3">
        {checks ? (
          <a href={`${home}/runs/${encodeURIComponent(checks.run)}`}>
            <StateMark face={faceOf(checks.state)} />
          </a>
        ) : (
          <span className="text-muted">no run yet</span>
        )}
      </td>
      <td className="px-3">
        {environments.map(environment => (
          <span key={environment.name} className="mr-4 whitespace-nowrap">
            <span className="text-muted">{environment.name}</span>{' '}
            {environment.release ? <code>{shortSha(environment.release)}</code> : '–'}{' '}
            {environment.since && (
              <span className="text-muted">
                <When at={environment.since} />
              </span>
            )}
          </span>
        ))}
      </td>
      <td className="px-3">
        {openIncidents === 0 ? (
          <span className="text-muted">none</span>
        ) : (
          <a href={`${home}/incidents`} className="link text-bad">
            {openIncidents} open
          </a>
        )}
      </td>
    </tr>
  )
}

/** How it ended, or how it stands: the list tells both with one word. */
function faceOf(state: NonNullable<ProjectView['checks']>['state']) {
  const standing = state === 'queued' || state === 'in_progress' || state === 'waiting'
  return runFace(standing ? { status: state } : { status: 'completed', conclusion: state })
}

/** What a server without a project says: how it gets one. */
function NoProject() {
  return (
    <Panel title="No project yet">
      <p className="mb-2">A project is one repository under Gantry’s care. Where the server runs, this adds one:</p>
      <Command text="gantry projects add my-project" />
      <p className="mt-2">It prints what to type next in the repository.</p>
    </Panel>
  )
}
