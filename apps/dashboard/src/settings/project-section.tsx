import type { ProjectView } from '@gantry/core/api'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { toast } from 'sonner'
import { queries } from '../api/queries.ts'
import { currentProject } from '../project/current-project.ts'
import { Button } from '../ui/button.tsx'
import { Command } from '../ui/command.tsx'
import { TextField } from '../ui/field.tsx'
import { Loaded, Panel } from '../ui/panel.tsx'
import { ReasonDialog } from '../ui/reason-dialog.tsx'
import { When } from '../ui/when.tsx'
import { FormDialog, Labelled, textIn } from './form-dialog.tsx'
import { settingActs } from './setting-acts.ts'
import { useWhyNot } from './use-why-not.ts'

/** What the project is called, where it is pushed to, and its rest. */
export function ProjectSection() {
  const query = useQuery(queries.projects())
  return (
    <Loaded query={query}>
      {({ projects }) => {
        const own = projects.find(({ name }) => name === currentProject())
        return own ? <Own project={own} /> : null
      }}
    </Loaded>
  )
}

function Own({ project }: { project: ProjectView }) {
  const client = useQueryClient()
  const why = useWhyNot()
  const [asked, ask] = useState<'rename' | 'archive' | null>(null)
  const close = () => ask(null)
  const again = () => client.invalidateQueries({ queryKey: ['projects'] })
  return (
    <Panel
      title="Project"
      aside={
        <span className="flex gap-2">
          <Button why={why} onClick={() => ask('rename')}>
            Rename…
          </Button>
          <Button
            why={why ?? (project.archivedAt === null ? null : 'It is archived already')}
            onClick={() => ask('archive')}
          >
            Archive…
          </Button>
        </span>
      }
    >
      <dl className="grid grid-cols-[minmax(0,1fr)] gap-x-4 gap-y-2 md:grid-cols-[10rem_minmax(0,1fr)]">
        <dt className="text-muted">Called</dt>
        <dd>{project.title}</dd>
        <dt className="text-muted">Name in addresses</dt>
        <dd>
          <code>{project.name}</code>, which stays
        </dd>
        <dt className="text-muted">Since</dt>
        <dd>
          <When at={project.createdAt} />
        </dd>
        <dt className="text-muted">Pushed to</dt>
        <dd className="relative min-w-0 overflow-x-auto">
          <Command text={`git remote add gantry ${project.gitRemote}`} />
        </dd>
      </dl>
      <p className="mt-3">
        <a className="link" href="/projects">
          All projects
        </a>
      </p>
      {asked === 'rename' && <Rename project={project} onClose={close} onDone={again} />}
      {asked === 'archive' && <Archive project={project} onClose={close} />}
    </Panel>
  )
}

function Rename(props: { project: ProjectView; onClose: () => void; onDone: () => Promise<void> }) {
  const { project, onClose, onDone } = props
  return (
    <FormDialog
      title={`${project.title} is called otherwise`}
      confirm="Rename the project"
      onClose={onClose}
      submit={async form => {
        await settingActs.renameProject(textIn(form, 'title'))
        await onDone()
        toast('Renamed the project')
      }}
    >
      <Labelled label="Called" hint="Addresses keep the name they have">
        <TextField label="Called" placeholder="" name="title" required maxLength={80} defaultValue={project.title} />
      </Labelled>
    </FormDialog>
  )
}

const Archive = ({ project, onClose }: { project: ProjectView; onClose: () => void }) => (
  <ReasonDialog
    isGrave
    title={`Nothing of ${project.title} runs any more`}
    confirm="Archive the project"
    onClose={onClose}
    act={async reason => {
      await settingActs.archiveProject(reason)
      location.assign('/projects')
    }}
  >
    <p>
      Its services stop, its monitors rest, pushes are refused. Nothing is lost:{' '}
      <code>gantry projects restore {project.name}</code> takes it up again.
    </p>
  </ReasonDialog>
)
