import type { Me } from '@gantry/core/api'
import { Link } from '@tanstack/react-router'
import { Menu, Search } from 'lucide-react'
import { DropdownMenu } from 'radix-ui'
import { currentProject } from '../project/current-project.ts'
import { ProjectSwitcher } from '../project/project-switcher.tsx'
import { IconButton } from '../ui/button.tsx'
import { Kbd } from '../ui/field.tsx'
import { chord } from '../ui/keys.ts'
import { LiveDot } from './live-dot.tsx'
import { PersonMenu } from './person-menu.tsx'
import { places } from './places.ts'

interface Props {
  me: Me | undefined
  isSwitching: boolean
  onSwitching: (isOpen: boolean) => void
  onPalette: () => void
  onKeys: () => void
}

export function Header(props: Props) {
  const { me, onPalette, onKeys } = props
  const isOfProject = currentProject() !== null
  return (
    <header className="sticky top-0 z-30 flex min-h-12 items-center gap-x-2 border-edge border-b bg-surface px-3 lg:gap-x-3">
      {isOfProject && <Places />}
      <Link to="/" className="flex shrink-0 items-center gap-2 font-semibold text-14">
        <img src="/favicon.svg" alt="" width={18} height={18} className="shrink-0" />
        <span className="max-sm:sr-only">Gantry</span>
      </Link>
      <ProjectSwitcher projects={me?.projects ?? []} isOpen={props.isSwitching} onOpen={props.onSwitching} />
      <nav aria-label="Main" className="hidden items-stretch self-stretch lg:flex">
        {(isOfProject ? places : []).map(({ name, to }) => (
          <Link
            key={to}
            to={to}
            activeOptions={{ exact: to === '/', includeSearch: false }}
            className="flex items-center border-transparent border-b-2 px-2 text-muted hover:text-text aria-[current=page]:border-accent aria-[current=page]:font-semibold aria-[current=page]:text-text"
          >
            {name}
          </Link>
        ))}
      </nav>
      <div className="ml-auto flex shrink-0 items-center gap-1">
        <LiveDot />
        {isOfProject && <Finding onPalette={onPalette} />}
        <PersonMenu me={me} onKeys={onKeys} />
      </div>
    </header>
  )
}

function Finding({ onPalette }: { onPalette: () => void }) {
  return (
    <>
      <button
        type="button"
        onClick={onPalette}
        aria-keyshortcuts="Meta+K Control+K"
        className="row hidden items-center gap-2 rounded-4 border border-control px-2 text-muted hover:bg-sunken sm:flex"
      >
        <Search size={14} aria-hidden /> Find <Kbd>{chord('K')}</Kbd>
      </button>
      <IconButton name="Find" onClick={onPalette} className="sm:hidden">
        <Search size={16} aria-hidden />
      </IconButton>
    </>
  )
}

/** The same places on a narrow screen. */
function Places() {
  return (
    <DropdownMenu.Root>
      <DropdownMenu.Trigger asChild>
        <IconButton name="Screens" className="lg:hidden">
          <Menu size={18} aria-hidden />
        </IconButton>
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          align="start"
          sideOffset={6}
          className="layer z-40 min-w-48 rounded-8 border border-control bg-raised p-1 shadow-layer"
        >
          {places.map(({ name, to }) => (
            <DropdownMenu.Item key={to} asChild>
              <Link
                to={to}
                className="row flex items-center rounded-4 px-3 text-14 outline-none data-[highlighted]:bg-sunken"
              >
                {name}
              </Link>
            </DropdownMenu.Item>
          ))}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  )
}
