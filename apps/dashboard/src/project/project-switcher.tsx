import { Check, ChevronsUpDown } from 'lucide-react'
import { DropdownMenu } from 'radix-ui'
import { places } from '../shell/places.ts'
import { currentProject, projectPath } from './current-project.ts'

const item =
  'row relative flex w-full cursor-default items-center gap-2 rounded-4 pr-3 pl-7 outline-none data-[highlighted]:bg-sunken'

interface Props {
  projects: readonly string[]
  isOpen: boolean
  onOpen: (isOpen: boolean) => void
}

/** The name of the page's project, and the way to the others: to the same screen of each. */
export function ProjectSwitcher({ projects, isOpen, onOpen }: Props) {
  const current = currentProject()
  return (
    <DropdownMenu.Root open={isOpen} onOpenChange={onOpen}>
      <DropdownMenu.Trigger
        aria-label={current === null ? 'Projects, choose one' : `Project ${current}, switch`}
        aria-keyshortcuts="g p"
        className="row flex min-w-0 max-w-48 items-center gap-1 rounded-4 px-2 text-muted hover:bg-sunken"
      >
        <span className="truncate">{current ?? 'Projects'}</span>
        <ChevronsUpDown size={14} aria-hidden className="shrink-0" />
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          align="start"
          sideOffset={6}
          className="layer z-40 max-h-[70dvh] min-w-56 overflow-y-auto rounded-8 border border-control bg-raised p-1 shadow-layer"
        >
          <DropdownMenu.Label className="px-3 py-1 text-muted">Projects</DropdownMenu.Label>
          {projects.map(project => (
            <DropdownMenu.Item key={project} asChild>
              <a
                href={sameScreen(project, location.pathname)}
                aria-current={project === current ? 'true' : undefined}
                className={item}
              >
                {project === current && <Check size={14} aria-hidden className="absolute left-2" />}
                <span className="truncate">{project}</span>
              </a>
            </DropdownMenu.Item>
          ))}
          <DropdownMenu.Separator className="my-1 border-edge border-t" />
          <DropdownMenu.Item asChild>
            <a href="/projects" className={item}>
              All projects
            </a>
          </DropdownMenu.Item>
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  )
}

/** A list of another project is what was meant, a run of this one is not there. */
export function sameScreen(project: string, pathname: string): string {
  const top = `/${/^\/p\/[^/]+\/([^/]+)/.exec(pathname)?.[1] ?? ''}`
  const place = places.find(({ to }) => to === top)
  return `${projectPath(project)}${place && place.to !== '/' ? place.to : ''}`
}
