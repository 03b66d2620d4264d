import { shortSha } from '@gantry/core/words'
import { useQuery } from '@tanstack/react-query'
import { useRouter } from '@tanstack/react-router'
import { Command } from 'cmdk'
import { toast } from 'sonner'
import { queries } from '../api/queries.ts'
import { Sheet } from '../ui/sheet.tsx'
import { places } from './places.ts'
import { chooseTheme, type Theme } from './theme.ts'

const item =
  'row flex cursor-default items-center justify-between gap-3 rounded-4 px-3 data-[selected=true]:bg-waiting-tint data-[selected=true]:text-waiting'
const group =
  '[&_[cmdk-group-heading]]:px-3 [&_[cmdk-group-heading]]:pt-2 [&_[cmdk-group-heading]]:text-12 [&_[cmdk-group-heading]]:text-muted'

/** ⌘K: go somewhere, act, copy the link. Lists are asked for when it opens, so it knows what there is. */
export default function Palette({ onClose }: { onClose: () => void }) {
  const router = useRouter()
  const go = (path: string) => {
    onClose()
    router.history.push(path)
  }
  const theme = (value: Theme) => {
    chooseTheme(value)
    onClose()
  }
  const copyLink = () => {
    void navigator.clipboard?.writeText(location.href).then(() => toast('Copied the link'))
    onClose()
  }
  return (
    <Sheet onClose={onClose} title="Find">
      <Command label="Find" loop className="flex min-h-0 flex-col">
        <Command.Input
          autoFocus
          placeholder="A screen, run, release, incident, runbook, or act"
          className="border-edge border-b bg-raised px-4 py-3 text-14 outline-none placeholder:text-muted pointer-coarse:text-16"
        />
        <Command.List className="max-h-[55dvh] overflow-y-auto p-1">
          <Command.Empty className="p-4 text-muted">Nothing is called that.</Command.Empty>
          <Command.Group heading="Go" className={group}>
            {places.map(({ name, to }) => (
              <Command.Item key={to} value={`go ${name}`} onSelect={() => go(to)} className={item}>
                {name}
              </Command.Item>
            ))}
          </Command.Group>
          <Things go={go} />
          <Command.Group heading="Act" className={group}>
            <Command.Item value="copy link address" onSelect={copyLink} className={item}>
              Copy the link to this screen
            </Command.Item>
            {(['system', 'light', 'dark'] as const).map(name => (
              <Command.Item key={name} value={`theme ${name}`} onSelect={() => theme(name)} className={item}>
                Theme: {name}
              </Command.Item>
            ))}
          </Command.Group>
        </Command.List>
      </Command>
    </Sheet>
  )
}

function Things({ go }: { go: (path: string) => void }) {
  const { data: line } = useQuery(queries.line())
  const { data: releases } = useQuery(queries.releases())
  const { data: runs } = useQuery(queries.runs())
  const { data: runbooks } = useQuery(queries.runbooks())
  const things = [
    ...(line?.incidents ?? []).map(({ number, title }) => ({
      path: `/incidents/${number}`,
      text: `Incident ${number}: ${title}`,
    })),
    ...(line?.promotions ?? []).map(({ release, environment }) => ({
      path: `/releases/${release}`,
      text: `Promote ${shortSha(release)} to ${environment}`,
    })),
    ...(releases?.releases ?? []).slice(0, 20).map(({ id, title }) => ({
      path: `/releases/${id}`,
      text: `Release ${shortSha(id)}: ${title}`,
    })),
    ...(runs?.runs ?? []).slice(0, 20).map(({ id, number, workflowName, title }) => ({
      path: `/runs/${id}`,
      text: `Run ${number}: ${workflowName}, ${title}`,
    })),
    ...(runbooks?.runbooks ?? []).map(({ slug, title }) => ({ path: `/runbooks/${slug}`, text: `Runbook: ${title}` })),
  ]
  if (things.length === 0) return null
  return (
    <Command.Group heading="Open" className={group}>
      {things.map(({ path, text }) => (
        <Command.Item key={text} value={`${text} ${path}`} onSelect={() => go(path)} className={item}>
          <span className="truncate">{text}</span>
        </Command.Item>
      ))}
    </Command.Group>
  )
}
