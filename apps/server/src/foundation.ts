import { randomBytes, randomUUID } from 'node:crypto'
import type { LineStore, Objects, Store } from '@gantry/core'
import type { DayFiles } from '@gantry/lines'
import { openObjects } from '@gantry/objects'
import { type Database, type DatabaseAddress, openDatabase, storeOn } from '@gantry/store'
import type { FastifyInstance } from 'fastify'
import { type Access, createAccess } from './access/access.ts'
import { type AccessLedger, createAccessLedger } from './access/access-ledger.ts'
import { createInvitations, type Invitations } from './access/invitations.ts'
import { createRefusalLog } from './access/refusal-log.ts'
import { createSignUps } from './access/sign-ups.ts'
import type { Environment } from './environment.ts'
import type { Home } from './home/home.ts'
import { createApp } from './http/app.ts'
import { type OwnAddresses, ownAddresses } from './http/own-addresses.ts'
import { IngestKeys } from './ingest/ingest-keys.ts'
import { IntakeCounter } from './ingest/intake-counter.ts'
import { type LinesMovedTo, openLines } from './lines/open-lines.ts'
import { createLiveHub, type LiveHub } from './live/live-hub.ts'
import { hearLive, sayLive } from './live/server-bus.ts'
import { createMailer, type Mailer } from './mail/mailer.ts'
import { type BetweenServers, openBetweenServers } from './process/between-servers.ts'
import { thisProcess } from './process/this-process.ts'
import { Secrets } from './secret/secrets.ts'
import { Variables } from './secret/variables.ts'
import { createSignIns, type SignIns, signInSecrets } from './sign-in/sign-ins.ts'

/** What is once in a server, whatever projects it keeps: the database, the bare server, the clock. */
export interface Foundation extends BetweenServers {
  environment: Environment
  home: Home
  database: Database
  store: Store
  lines: LineStore
  /** Where `lines` are, of a server on its own. */
  dayFiles: DayFiles | null
  movedTo: LinesMovedTo | null
  objects: Objects
  access: Access
  accessLedger: AccessLedger
  invitations: Invitations
  signIns: SignIns
  /** Null: no mail server is configured. */
  mailer: Mailer | null
  addresses: OwnAddresses
  app: FastifyInstance
  log: FastifyInstance['log']
  live: LiveHub
  ingestKeys: IngestKeys
  intakeCounter: IntakeCounter
  secrets: Secrets
  variables: Variables
  /** A secret of this process that tells Gantry's own probes from visitors. */
  probeMark: string
  /** Address that people and services reach this server by; known for good once it listens. */
  url(): string
  /** Where this process listens, of several behind one address. */
  ownUrl(): string
  /** Tells the foundation where this server listens. */
  moveTo(ownUrl: string): Promise<void>
  /** Gives back what this server held, and closes the database. */
  close(): Promise<void>
  now(): Date
  newId(): string
}

/** What the server tells whoever started it. */
export interface Hearer {
  say(line: string): void
}

/** @throws GantryError DATABASE_UNREACHABLE, DATABASE_IN_USE, LINES_UNREACHABLE, OBJECTS_UNREACHABLE, SECRET_KEY_WRONG */
export async function openFoundation(environment: Environment, home: Home, hearer: Hearer): Promise<Foundation> {
  const now = () => new Date()
  const objects = await openObjects(environment.objects, home.dir, environment.all)
  const database = await openDatabase(addressOf(environment, home))
  const store = storeOn(database)
  const opened = await openLines(environment, home, database, now)
  const access = createAccess(store.access, now)
  const process = await thisProcess()
  const live = createLiveHub(0, process.id, event => sayLive(between.bus, event))
  const accessLedger = createAccessLedger(store.ledger, live, now)
  const refusals = createRefusalLog(accessLedger, now)
  const { logLevel, trustedProxies } = environment
  const app = await createApp({
    ...{ access, logLevel, trustedProxies, names: environment },
    onRefused: refused =>
      void refusals.heard(refused).catch(cause => app.log.error({ err: cause }, 'a refusal was not written down')),
  })
  const values = await openedValues(database, store, environment, now)
  const between = await openBetweenServers({ process, environment, database, store, say: hearer.say, log: app.log })
  hearLive(between.bus, live)
  let [ownUrl, url] = ['', environment.publicUrl ?? `http://${environment.host}:${environment.port}`]
  return {
    environment,
    home,
    ...{ database, store, objects, ...opened },
    ...{ access, accessLedger },
    ...waysIn({ environment, home, database, store, access, accessLedger, log: app.log, url: () => url, now }),
    app,
    log: app.log,
    live,
    ...between,
    ingestKeys: new IngestKeys({ store: store.ingestKeys, projects: store.projects, now, newId: randomUUID }),
    intakeCounter: new IntakeCounter({
      ...{ counts: store.intakeCounts, keys: store.ingestKeys, now },
      onError: cause => app.log.error({ err: cause }, 'what came in could not be counted'),
    }),
    ...values,
    probeMark: randomBytes(16).toString('hex'),
    ...{ url: () => url, ownUrl: () => ownUrl },
    async moveTo(address) {
      ownUrl = address
      url = environment.publicUrl ?? address
      await between.group.setAddress(url)
    },
    async close() {
      await between.leases.stop()
      await between.bus.stop()
      await between.group.leave()
      await opened.lines.close()
      await database.close()
    },
    now,
    newId: () => randomUUID(),
  }
}

const addressOf = ({ databaseUrl }: Environment, home: Home): DatabaseAddress =>
  databaseUrl ? { kind: 'postgres', url: databaseUrl } : { kind: 'embedded', dir: home.database }

type WaysInParts = Pick<
  Foundation,
  'environment' | 'home' | 'database' | 'store' | 'access' | 'accessLedger' | 'log' | 'url' | 'now'
>

/** How people get in: invitations, mail, and what signs them in. */
function waysIn(parts: WaysInParts): Pick<Foundation, 'invitations' | 'signIns' | 'mailer' | 'addresses'> {
  const { environment, home, database, store, access, accessLedger, log, url, now } = parts
  const mailer = environment.mail && createMailer(environment.mail, log)
  const invitations = createInvitations({ store: store.access, ledger: accessLedger, mailer, url, now })
  const signIns = createSignIns({
    database: database.forLibraries,
    providers: environment.providers,
    signUps: createSignUps({ store: store.access, now }),
    useLink: link => access.useLink(link),
    secrets: signInSecrets(environment.all['GANTRY_SECRET_KEY'], home.secret),
    log,
  })
  return { invitations, signIns, mailer, addresses: ownAddresses(environment) }
}

/** A server that cannot open what is sealed must not run jobs without it. */
async function openedValues(
  database: Database,
  { secrets: store, variables }: Store,
  { secretKey, lostSecretKeys, home }: Environment,
  now: () => Date,
): Promise<Pick<Foundation, 'secrets' | 'variables'>> {
  try {
    const secrets = await Secrets.open({ store, given: secretKey, lost: lostSecretKeys, home, now })
    return { secrets, variables: new Variables(variables, now) }
  } catch (cause) {
    await database.close()
    throw cause
  }
}
