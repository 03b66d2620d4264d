import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Role, Store } from '@gantry/core'
import { type Database, openDatabase, storeOn } from '@gantry/store'
import { templateDir } from '@gantry/store/testing'
import type { FastifyInstance } from 'fastify'
import { type Access, createAccess } from '../access/access.ts'
import { createAccessLedger, serverLedger } from '../access/access-ledger.ts'
import { createInvitations } from '../access/invitations.ts'
import { createSignUps } from '../access/sign-ups.ts'
import { createApp } from '../http/app.ts'
import { ownAddresses } from '../http/own-addresses.ts'
import { apiOf } from '../http/route.ts'
import { accessRoutes } from '../http/routes/access.ts'
import { createLiveHub, type LiveHub } from '../live/live-hub.ts'
import type { Mailer } from '../mail/mailer.ts'
import { readProviders } from '../sign-in/providers.ts'
import { createSignIns, signInSecrets } from '../sign-in/sign-ins.ts'

export interface AccessServer {
  app: FastifyInstance
  url: string
  store: Store
  access: Access
  live: LiveHub
  mails: { to: string; subject: string; text: string }[]
  /** What was written into the server's own ledger, oldest first. */
  ledger(): Promise<{ actor: string; action: string; subject: string; evidence: unknown }[]>
  /** A person of a project, and a session of theirs. */
  person(id: string, memberships: Record<string, Role>, isServerOwner?: boolean): Promise<{ token: string }>
  /** As if all sessions of somebody had begun so long ago. */
  age(personId: string, ms: number): Promise<void>
  stop(): Promise<void>
}

/** Everything about access of a real server on a real database, and nothing else of it. */
export async function startAccessServer(
  settings: { env?: Record<string, string>; trustedProxies?: string[]; publicUrl?: string | null } = {},
): Promise<AccessServer> {
  const dir = await mkdtemp(join(tmpdir(), 'gantry-access-'))
  const database = await openDatabase({ kind: 'embedded', dir: join(dir, 'database'), templateDir })
  const store = storeOn(database)
  const now = () => new Date()
  const access = createAccess(store.access, now)
  const names = { publicUrl: settings.publicUrl ?? null, host: '127.0.0.1', hosts: [] }
  const app = await createApp({ access, logLevel: 'silent', names, trustedProxies: settings.trustedProxies ?? [] })
  const live = createLiveHub(0)
  const accessLedger = createAccessLedger(store.ledger, live, now)
  const mails: AccessServer['mails'] = []
  const mailer: Mailer = { send: async mail => Boolean(mails.push(mail)) }
  let url = 'http://127.0.0.1'
  const invitations = createInvitations({ store: store.access, ledger: accessLedger, mailer, url: () => url, now })
  const providers = readProviders(settings.env ?? {})
  const signIns = createSignIns({
    database: database.forLibraries,
    providers,
    signUps: createSignUps({ store: store.access, now }),
    useLink: link => access.useLink(link),
    secrets: signInSecrets(undefined, Buffer.alloc(32, 7)),
    log: { error: () => undefined, warn: () => undefined },
  })
  const addresses = ownAddresses(names)
  const environment = { providers, mail: null }
  accessRoutes(apiOf(app), {
    access,
    accessLedger,
    invitations,
    signIns,
    addresses,
    store,
    environment,
    now,
    url: () => url,
    requireProject: () => undefined,
  })
  url = await app.listen({ port: 0, host: '127.0.0.1' })
  return {
    ...{ app, url, store, access, live, mails },
    ledger: async () => (await store.ledger.list(serverLedger, { limit: 200 })).reverse(),
    async person(id, memberships, isServerOwner = false) {
      await store.access.savePerson({ id, name: id, email: `${id}@example.com`, isServerOwner })
      for (const [project, role] of Object.entries(memberships))
        await store.access.addMember(project, id, role, now().toISOString())
      return { token: await access.newSession(id, 'test') }
    },
    age: (personId, ms) => age(database, personId, new Date(now().getTime() - ms)),
    async stop() {
      await app.close()
      await store.close()
      await rm(dir, { recursive: true, force: true })
    },
  }
}

async function age(database: Database, personId: string, began: Date): Promise<void> {
  const set = 'update gantry.sessions set created_at = $1 where person_id = $2'
  await database.session(session => session.query(set, [began.toISOString(), personId]))
}

let addresses = 0

/** A browser of few words: it keeps cookies and says where it is. */
export class TestBrowser {
  readonly #url: string
  readonly cookies = new Map<string, string>()
  /** Believed only by a server for which this machine is a proxy. */
  readonly #address = `203.0.113.${++addresses % 250}`

  constructor(url: string) {
    this.#url = url
  }

  async go(path: string, body?: unknown, headers: Record<string, string> = {}): Promise<TestAnswer> {
    const url = new URL(path, this.#url)
    const isOwn = url.origin === this.#url
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const answer = await fetch(url, {
      method: body === undefined ? 'GET' : 'POST',
      redirect: 'manual',
      headers: {
        ...(isOwn && cookie !== '' && { cookie }),
        ...(body !== undefined && { 'content-type': 'application/json', origin: this.#url }),
        'x-forwarded-for': this.#address,
        ...headers,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    if (isOwn) for (const text of answer.headers.getSetCookie()) this.#keep(text)
    const text = await answer.text()
    return {
      status: answer.status,
      location: answer.headers.get('location'),
      body: parsed(text),
      headers: answer.headers,
    }
  }

  #keep(text: string): void {
    const [pair = ''] = text.split(';')
    const at = pair.indexOf('=')
    const [name, value] = [pair.slice(0, at), pair.slice(at + 1)]
    if (value === '' || /max-age=0/i.test(text)) this.cookies.delete(name)
    else this.cookies.set(name, value)
  }
}

export interface TestAnswer {
  status: number
  location: string | null
  // biome-ignore lint/suspicious/noExplicitAny: whatever was answered; a test says what it expects
  body: any
  headers: Headers
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
