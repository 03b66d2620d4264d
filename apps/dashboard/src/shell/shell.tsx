import { useQuery } from '@tanstack/react-query'
import { lazyRouteComponent, Outlet, useRouter } from '@tanstack/react-router'
import { Suspense, useState } from 'react'
import { Toaster } from 'sonner'
import { queries } from '../api/queries.ts'
import { useIsSignedOut } from '../api/session.ts'
import { currentProject } from '../project/current-project.ts'
import { useKeys } from '../ui/keys.ts'
import { Tip } from '../ui/tip.tsx'
import { Announcer } from './announcer.tsx'
import { Header } from './header.tsx'
import { part } from './parts.ts'
import { places } from './places.ts'
import { NoSuchProject } from './route-failed.tsx'

// Not React's own `lazy`: after an update a part has another name, and this loads the page anew once before it gives up.
const Palette = lazyRouteComponent(part(() => import('./palette.tsx')))
/** Not for who is signed in, as on most days. */
const SignIn = lazyRouteComponent(
  part(() => import('../person/sign-in-page.tsx')),
  'SignInPage',
)
const Invitation = lazyRouteComponent(
  part(() => import('../person/invitation-page.tsx')),
  'InvitationPage',
)
const isInvitation = () => location.pathname === '/invitation'
const KeySheet = lazyRouteComponent(part(() => import('./key-sheet.tsx')))

type Layer = 'palette' | 'keys' | 'projects' | null

/** Header, screen, layers; or the sign-in page when nobody is signed in. */
export function Shell() {
  const isSignedOut = useIsSignedOut()
  const me = useQuery({ ...queries.me(), enabled: !isSignedOut })
  const [layer, setLayer] = useState<Layer>(null)
  const router = useRouter()
  const here = currentProject()
  const isOfProject = here !== null
  const isForeign = isOfProject && me.data !== undefined && !me.data.projects.includes(here)
  useKeys({
    'mod+k': () => isOfProject && setLayer('palette'),
    '?': () => setLayer('keys'),
    '/': () => document.querySelector<HTMLElement>('[data-filter]')?.focus(),
    'g p': () => setLayer('projects'),
    ...Object.fromEntries(
      places.map(({ key, to }) => [`g ${key}`, () => void (isOfProject && router.navigate({ to }))]),
    ),
  })
  if (isInvitation()) return <Invitation who={isSignedOut ? null : (me.data?.person ?? null)} />
  if (isSignedOut) return <SignIn />
  return (
    <>
      <a
        href="#main"
        className="-translate-y-20 fixed top-2 left-2 z-50 rounded-4 bg-waiting-solid px-3 py-2 text-white focus:translate-y-0"
      >
        Skip to the screen
      </a>
      <Header
        me={me.data}
        isSwitching={layer === 'projects'}
        onSwitching={isOpen => setLayer(isOpen ? 'projects' : null)}
        onPalette={() => setLayer('palette')}
        onKeys={() => setLayer('keys')}
      />
      <main id="main" tabIndex={-1}>
        {isForeign ? <NoSuchProject name={here} /> : <Outlet />}
      </main>
      <Announcer />
      <Suspense>
        {layer === 'palette' && <Palette onClose={() => setLayer(null)} onKeys={() => setLayer('keys')} />}
        {layer === 'keys' && <KeySheet onClose={() => setLayer(null)} />}
      </Suspense>
      <Tip />
      <Toaster
        position="bottom-left"
        toastOptions={{
          style: { background: 'var(--raised)', color: 'var(--text)', borderColor: 'var(--control)', fontSize: 13 },
        }}
      />
    </>
  )
}
