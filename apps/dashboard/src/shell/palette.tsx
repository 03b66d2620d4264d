import type { Incident } from '@gantry/core/api'
import { useQueryClient } from '@tanstack/react-query'
import { useRouter } from '@tanstack/react-router'
import { Command } from 'cmdk'
import { type ReactNode, useState } from 'react'
import { toast } from 'sonner'
import { acts } from '../api/acts.ts'
import { pagePath } from '../project/current-project.ts'
import { HoldDialog } from '../release/hold-dialog.tsx'
import { ResumeDialog } from '../release/resume-dialog.tsx'
import { RollbackPlanDialog } from '../release/rollback-plan-dialog.tsx'
import { setSingleKeys, useSingleKeys } from '../ui/keys.ts'
import { asError } from '../ui/refusal.tsx'
import { Sheet } from '../ui/sheet.tsx'
import { findThings, type Thing } from './find-things.ts'
import { chooseTheme } from './theme.ts'
import { useThings } from './use-things.ts'

const item =
  'row flex cursor-default items-center justify-between gap-3 rounded-4 px-3 data-[selected=true]:bg-waiting-tint data-[selected=true]:text-waiting'
const group =
  '[&_[cmdk-group-heading]]:px-3 [&_[cmdk-group-heading]]:pt-2 [&_[cmdk-group-heading]]:text-12 [&_[cmdk-group-heading]]:text-muted'

interface Props {
  onClose: () => void
  onKeys: () => void
}

/** Ctrl K or ⌘K: go somewhere, act, choose a setting. Lists are asked for when it opens, so it knows what there is. */
export default function Palette({ onClose, onKeys }: Props) {
  const [dialog, setDialog] = useState<ReactNode>(null)
  if (dialog) return dialog
  return <Finder onClose={onClose} onKeys={onKeys} onDialog={setDialog} />
}

function Finder({ onClose, onKeys, onDialog }: Props & { onDialog: (dialog: ReactNode) => void }) {
  const router = useRouter()
  const acknowledge = useAcknowledgeNow()
  const [typed, setTyped] = useState('')
  const things = useThings(typed, {
    rollBack: environment => onDialog(<RollbackPlanDialog environment={environment} onClose={onClose} />),
    hold: environment => onDialog(<HoldDialog environment={environment} onClose={onClose} />),
    resume: environment => onDialog(<ResumeDialog environment={environment} onClose={onClose} />),
    acknowledge: incident => {
      onClose()
      void acknowledge(incident)
    },
  })
  const settings = useSettings(onClose, onKeys)
  const found = findThings([...things, ...settings], typed)
  const choose = ({ path, act }: Thing) => {
    if (path === undefined) return act?.()
    onClose()
    router.history.push(pagePath(path))
  }
  return (
    <Sheet onClose={onClose} title="Find">
      <Command label="Find" loop shouldFilter={false} className="flex min-h-0 flex-col">
        <Command.Input
          autoFocus
          value={typed}
          onValueChange={setTyped}
          placeholder="A screen, service, release, run, issue, act or setting"
          className="border-edge border-b bg-raised px-4 py-3 text-14 outline-none placeholder:text-muted pointer-coarse:text-16"
        />
        <Command.List className="max-h-[55dvh] overflow-y-auto p-1">
          <Command.Empty className="p-4 text-muted">Nothing is called that.</Command.Empty>
          {found.map(([name, members]) => (
            <Command.Group key={name} heading={name} className={group}>
              {members.map(thing => (
                <Command.Item
                  key={`${thing.text} ${thing.path}`}
                  value={`${thing.text} ${thing.path}`}
                  onSelect={() => choose(thing)}
                  className={item}
                >
                  <span className="truncate">{thing.text}</span>
                </Command.Item>
              ))}
            </Command.Group>
          ))}
        </Command.List>
      </Command>
    </Sheet>
  )
}

/** What is chosen here is kept in this browser; everything else is set in the repository. */
function useSettings(onClose: () => void, onKeys: () => void): Thing[] {
  const areKeysOn = useSingleKeys()
  const closing = (act: () => void) => () => {
    onClose()
    act()
  }
  const copyLink = () =>
    void navigator.clipboard?.writeText(location.href).then(
      () => toast('Copied the link'),
      () => toast('The browser does not let this page copy'),
    )
  return [
    { group: 'Act', text: 'Copy the link to this screen', words: 'address url', act: closing(copyLink) },
    ...(['system', 'light', 'dark'] as const).map(name => ({
      group: 'Settings',
      text: `Theme: ${name}`,
      words: 'setting colour mode',
      act: closing(() => chooseTheme(name)),
    })),
    {
      group: 'Settings',
      text: `Single-key shortcuts: switch ${areKeysOn ? 'off' : 'on'}`,
      words: 'setting keyboard',
      act: closing(() => setSingleKeys(!areKeysOn)),
    },
    { group: 'Settings', text: 'Show all keys', words: 'setting keyboard shortcuts help', act: onKeys },
  ]
}

function useAcknowledgeNow() {
  const client = useQueryClient()
  return async (incident: Incident) => {
    try {
      await acts.acknowledge(incident)
      toast(`Acknowledged incident ${incident.number}`)
    } catch (cause) {
      toast.error(asError(cause).message)
    }
    await Promise.all(['line', 'incident', 'incidents'].map(key => client.invalidateQueries({ queryKey: [key] })))
  }
}
