import type { Store } from '@gantry/core'
import type { Access } from '../../access/access.ts'
import type { AccessLedger } from '../../access/access-ledger.ts'
import type { Invitations } from '../../access/invitations.ts'
import { createSignInLimit } from '../../access/sign-in-limit.ts'
import type { Environment } from '../../environment.ts'
import type { SignIns } from '../../sign-in/sign-ins.ts'
import { projectOf } from '../door.ts'
import { createKnownBrowsers } from '../known-browsers.ts'
import type { OwnAddresses } from '../own-addresses.ts'
import type { Api } from '../route.ts'
import { signInRoutes } from '../sign-in.ts'
import { createSignInWatch } from '../sign-in-watch.ts'
import { acceptRoutes, invitationRoutes } from './invitations.ts'
import { ownProfileRoutes } from './own-profile.ts'
import { accountRoutes, peopleRoutes } from './people.ts'
import { serverLedgerRoute } from './server-ledger.ts'
import { sessionRoutes } from './sessions.ts'
import { signInEngineRoutes } from './sign-in-engine.ts'
import { tokenRoutes } from './tokens.ts'

export interface AccessParts {
  signIns: SignIns
  environment: Pick<Environment, 'providers' | 'mail'>
  access: Access
  accessLedger: AccessLedger
  invitations: Invitations
  addresses: OwnAddresses
  store: Pick<Store, 'access' | 'ledger' | 'tries'>
  now(): Date
  url(): string
  /** @throws GantryError PROJECT_UNKNOWN */
  requireProject(name: string): void
}

/** Who can get in, what they may do, and how to stop them. */
export function accessRoutes(app: Api, parts: AccessParts): void {
  const { access, accessLedger: ledger, invitations, signIns, addresses, now } = parts
  const store = parts.store.access
  const limit = createSignInLimit(parts.store.tries)
  const known = createKnownBrowsers(signIns)
  const watch = createSignInWatch({ access, ledger, limit, known })
  signInRoutes(app, { access, signIns, watch, ledger, addresses })
  signInEngineRoutes(app, { signIns, watch, addresses, known })
  ownProfileRoutes(app, { store, access, ledger, limit, environment: parts.environment, url: parts.url, now })
  sessionRoutes(app, { store, ledger, now })
  accountRoutes(app, store)
  serverLedgerRoute(app, parts.store.ledger)
  acceptRoutes(app, { invitations, addresses, now })
  app.scope((within, scope) => {
    // An owner of the server may ask for any name.
    scope.addHook('preHandler', async request => parts.requireProject(projectOf(request) ?? ''))
    tokenRoutes(within.ofProject, { access, store, ledger, now })
    peopleRoutes(within.ofProject, { store, ledger })
    invitationRoutes(within.ofProject, { store, invitations, now })
  })
}
