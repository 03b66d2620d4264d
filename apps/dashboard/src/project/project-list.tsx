import { Command } from '../ui/command.tsx'
import { Panel } from '../ui/panel.tsx'
import { projectPath } from './current-project.ts'

export function ProjectList({ projects }: { projects: readonly string[] }) {
  if (projects.length === 0) return <NoProject />
  return (
    <Panel title="All" flush>
      <ul>
        {projects.map(project => (
          <li key={project} className="row flex items-center border-edge border-b px-3 last:border-0">
            <a href={projectPath(project)} className="link">
              {project}
            </a>
          </li>
        ))}
      </ul>
    </Panel>
  )
}

/** What a server without a project says: how it gets one. */
function NoProject() {
  return (
    <Panel title="No project yet">
      <p className="mb-2">A project is one repository under Gantry’s care. Add one where the repository is:</p>
      <Command text="gantry projects add my-project" />
    </Panel>
  )
}
