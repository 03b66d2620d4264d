import { Link, useParams } from '@tanstack/react-router'
import type { ComponentType } from 'react'
import { NotFound } from '../shell/route-failed.tsx'
import { Page } from '../ui/page.tsx'
import { ChannelsSection } from './channels-section.tsx'
import { KeptSection } from './kept-section.tsx'
import { KeysSection } from './keys-section.tsx'
import { PeopleSection } from './people-section.tsx'
import { ProjectSection } from './project-section.tsx'
import { SecretsSection } from './secrets-section.tsx'
import { TokensSection } from './tokens-section.tsx'
import { VariablesSection } from './variables-section.tsx'

/** What a project sets outside of its repository, and where in it the rest stands. Each is a command as well. */
const sections: readonly { name: string; title: string; command: string; Section: ComponentType }[] = [
  { name: 'secrets', title: 'Secrets', command: 'gantry secrets', Section: SecretsSection },
  { name: 'variables', title: 'Variables', command: 'gantry vars', Section: VariablesSection },
  { name: 'keys', title: 'Ingest keys', command: 'gantry keys', Section: KeysSection },
  { name: 'tokens', title: 'Tokens', command: 'gantry tokens', Section: TokensSection },
  { name: 'channels', title: 'Channels', command: 'gantry channels', Section: ChannelsSection },
  { name: 'kept', title: 'Kept', command: 'gantry kept', Section: KeptSection },
  { name: 'people', title: 'People', command: 'gantry people', Section: PeopleSection },
  { name: 'project', title: 'Project', command: 'gantry projects', Section: ProjectSection },
]

export function SettingsPage() {
  const { section: asked } = useParams({ strict: false })
  const section = sections.find(({ name }) => name === (asked ?? sections[0]?.name))
  if (!section) return <NotFound />
  const { title, command, Section } = section
  return (
    <Page title={`${title}, settings`} heading="Settings" aside={<code className="text-muted">{command}</code>}>
      <nav aria-label="Settings" className="flex flex-wrap gap-1 border-edge border-b">
        {sections.map(each => (
          <Link
            key={each.name}
            to="/settings/$section"
            params={{ section: each.name }}
            aria-current={each === section ? 'page' : undefined}
            className={`row -mb-px inline-flex items-center border-b-2 px-3 ${each === section ? 'border-accent font-semibold' : 'border-transparent text-muted hover:text-text'}`}
          >
            {each.title}
          </Link>
        ))}
      </nav>
      <Section key={section.name} />
    </Page>
  )
}
