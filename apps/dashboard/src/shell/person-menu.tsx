import type { Me } from '@gantry/core/api'
import { Check } from 'lucide-react'
import { DropdownMenu } from 'radix-ui'
import { type ReactNode, useState } from 'react'
import { toast } from 'sonner'
import { acts } from '../api/acts.ts'
import { signedOut } from '../api/session.ts'
import { roleWords } from '../person/role-words.ts'
import { currentProject } from '../project/current-project.ts'
import { setSingleKeys, useSingleKeys } from '../ui/keys.ts'
import { asError } from '../ui/refusal.tsx'
import { chooseTheme, currentTheme, type Theme } from './theme.ts'

const item =
  'row flex w-full cursor-default items-center gap-2 rounded-4 pr-3 pl-7 relative outline-none data-[highlighted]:bg-sunken'
const themes: readonly (readonly [Theme, string])[] = [
  ['system', 'As the system'],
  ['light', 'Light'],
  ['dark', 'Dark'],
]
/** Who is signed in, the theme, whether single keys act, and the way out. */
export function PersonMenu({ me, onKeys }: { me: Me | undefined; onKeys: () => void }) {
  const [theme, setTheme] = useState(currentTheme)
  const areKeysOn = useSingleKeys()
  if (!me) return <span className="min-w-8" />
  const role = me.roles[currentProject() ?? '']
  return (
    <DropdownMenu.Root>
      <DropdownMenu.Trigger className="row max-w-24 truncate sm:max-w-36 rounded-4 px-2 font-semibold hover:bg-sunken">
        {me.person.name}
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          align="end"
          sideOffset={6}
          className="layer z-40 min-w-56 rounded-8 border border-control bg-raised p-1 shadow-layer"
        >
          <DropdownMenu.Label className="px-3 py-1 text-muted">
            {me.person.name}
            {role && `, ${roleWords[role]}`}
          </DropdownMenu.Label>
          <DropdownMenu.Separator className="my-1 border-edge border-t" />
          <DropdownMenu.RadioGroup
            aria-label="Theme"
            value={theme}
            onValueChange={value => {
              chooseTheme(value as Theme)
              setTheme(value as Theme)
            }}
          >
            {themes.map(([value, name]) => (
              <DropdownMenu.RadioItem key={value} value={value} className={item}>
                <Ticked /> {name}
              </DropdownMenu.RadioItem>
            ))}
          </DropdownMenu.RadioGroup>
          <DropdownMenu.Separator className="my-1 border-edge border-t" />
          <DropdownMenu.CheckboxItem checked={areKeysOn} onCheckedChange={setSingleKeys} className={item}>
            <Ticked /> Single-key shortcuts
          </DropdownMenu.CheckboxItem>
          <DropdownMenu.Item className={item} onSelect={() => location.assign('/profile')}>
            Profile, passkeys and sessions
          </DropdownMenu.Item>
          <DropdownMenu.Item className={item} onSelect={onKeys}>
            Show all keys
          </DropdownMenu.Item>
          <DropdownMenu.Separator className="my-1 border-edge border-t" />
          <DropdownMenu.Item className={item} onSelect={() => void signOut()}>
            Sign out
          </DropdownMenu.Item>
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  )
}

/** Signed out is who cannot be signed in any more: a session that is over already is as good. */
async function signOut(): Promise<void> {
  try {
    await acts.signOut()
    signedOut()
  } catch (cause) {
    toast.error(`You are still signed in: ${asError(cause).message}`)
  }
}

function Ticked({ children }: { children?: ReactNode }) {
  return (
    <DropdownMenu.ItemIndicator className="absolute left-2">
      <Check size={14} aria-hidden />
      {children}
    </DropdownMenu.ItemIndicator>
  )
}
