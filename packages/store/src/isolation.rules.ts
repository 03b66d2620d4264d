import { expect } from 'vitest'
import { asksOfIssues } from './issue/issues-of-another.ts'
import { type Ask, type Asks, at, mark, of, of24h, page } from './testing/asks-of-another.ts'
import type { Current, Rules } from './testing/each-database.ts'

const range = { from: '2020-01-01T00:00:00.000Z', until: of24h }

/** Tables about the server and its people. Every other has to say whose each row is. */
const ofServer = [
  ...['accounts', 'device_codes', 'passkeys', 'people', 'projects', 'runners', 'second_factors', 'server_processes'],
  ...['servers', 'sessions', 'sign_in_links', 'sign_in_tries', 'slack_accounts', 'verifications'],
]

/**
 * What somebody of the project `other` could ask, with ids of `theirs`. A method that is new does not compile until it
 * stands here.
 */
const asks: Asks = {
  access: {
    ...{ person: 'server', people: 'server', savePerson: 'server', secondFactor: 'server' },
    ...{ whoseEmail: 'server', whoseGitHub: 'server', passwordHash: 'server', holdInvitation: 'server' },
    ...{ knownAs: 'server', memberships: 'server', addMember: 'row', addInvitation: 'row' },
    ...{ invitation: 'server', useInvitation: 'server', addSession: 'server', sessions: 'server' },
    ...{ endSession: 'server', endSessionById: 'server', endSessionsOf: 'server', addToken: 'row', token: 'server' },
    ...{
      tokenUsed: 'server',
      revokeJobTokens: 'server',
      revokeLeftJobTokens: 'server',
      addSignInLink: 'server',
      useSignInLink: 'server',
    },
    ...{ signInLink: 'server', prune: 'server' },
    role: store => store.access.role('other', of('person_id')),
    members: store => store.access.members('other'),
    changeMember: async store =>
      void expect(await store.access.changeMember('other', of('person_id'), null)).toBe('unknown'),
    invitations: store => store.access.invitations('other', at),
    revokeInvitation: store => store.access.revokeInvitation('other', of('id'), at),
    session: async store => void expect((await store.access.session(of('hash'), 'other', at))?.role ?? null).toBeNull(),
    tokens: store => store.access.tokens('other', at),
    revokeToken: store => store.access.revokeToken('other', of('id')),
  },
  projects: {
    ensure: 'row',
    byNumber: 'server',
    list: 'server',
    get: store => store.projects.get('other'),
    saveConfig: 'row',
    setting: store => store.projects.setting('other', of('name')),
    saveSetting: 'row',
    rename: 'row',
    archive: 'row',
  },
  runs: {
    nextNumber: store => store.runs.nextNumber('other', of('name')),
    save: 'row',
    get: store => store.runs.get('other', of('id')),
    list: store => store.runs.list('other', { before: of('id') }),
    count: async store => void expect(await store.runs.count('other', {})).toEqual({ total: 0, newer: 0 }),
    choices: store => store.runs.choices('other'),
    pushers: store => store.runs.pushers('other', [of('sha')]),
    unfinished: store => store.runs.unfinished('other'),
    appendLog: 'row',
    log: store => store.runs.log('other', of('run_id'), of('job_id'), { after: 0, ...page }),
    lastLine: async store => void expect(await store.runs.lastLine('other', of('run_id'), of('job_id'))).toBe(0),
    clearLog: store => store.runs.clearLog('other', of('run_id'), of('job_id')),
  },
  runners: {
    ...{ save: 'server', byToken: 'server', seen: 'server', label: 'server', list: 'server', remove: 'server' },
    ...{ enqueue: 'row', jobs: 'server', queued: 'server', claimed: 'server', claimedJob: 'server', claim: 'server' },
    ...{ report: 'server', end: 'server', cancel: 'server', pruneJobs: 'server' },
  },
  releases: {
    add: 'row',
    get: store => store.releases.get('other', of('id')),
    some: store => store.releases.some('other', [of('id')]),
    list: store => store.releases.list('other', 100),
    markBad: store => store.releases.markBad('other', of('id'), 'no').catch(() => null),
  },
  deployments: {
    add: 'row',
    update: 'row',
    goLive: 'row',
    get: store => store.deployments.get('other', of('id')),
    list: store => store.deployments.list('other', {}),
    newestOf: store => store.deployments.newestOf('other', [of('release')]),
    live: store => store.deployments.live('other', of('environment')),
    allLive: store => store.deployments.allLive('other'),
    newestIn: store => store.deployments.newestIn('other', [of('environment')]),
    unfinished: store => store.deployments.unfinished('other'),
  },
  promotions: {
    add: 'row',
    update: 'row',
    get: store => store.promotions.get('other', of('id')),
    list: store => store.promotions.list('other', {}),
    forJob: store => store.promotions.forJob('other', of('run_id'), of('job_id')),
    hold: store => store.promotions.hold('other', of('environment')),
    holds: async store => [...(await store.promotions.holds('other'))],
    setHold: store => store.promotions.setHold('other', of('environment'), null),
  },
  previews: {
    add: 'row',
    update: 'row',
    get: store => store.previews.get('other', 1),
    list: store => store.previews.list('other', {}),
  },
  checklists: {
    ticks: async store => [...(await store.checklists.ticks('other', of('release'), of('file')))],
    setTick: async store =>
      void expect(
        await store.checklists.setTick('other', { release: of('release'), file: of('file'), task: 0 }, null),
      ).toBe(false),
  },
  slackAccounts: {
    ...{ personOf: 'server', offer: 'server', offered: 'server', take: 'server', of: 'server', remove: 'server' },
  },
  ledger: {
    append: 'row',
    list: store => store.ledger.list('other', page),
    since: store => store.ledger.since('other', [of('action') as 'rollback.done'], '2020-01-01T00:00:00.000Z'),
    verify: async store => void expect(await store.ledger.verify('other')).toMatchObject({ rows: 0 }),
  },
  ...asksOfIssues,
  imports: {
    begin: 'row',
    get: store => store.imports.get('other', of('id')),
    list: store => store.imports.list('other'),
    known: store =>
      store.imports.known('other', { service: 'sentry', url: of('origin'), organization: mark }, [of('source_id')]),
    addIssues: store =>
      store.imports
        .addIssues('other', { id: of('id'), holder: of('holder'), at, cursor: null, issues: [] })
        .catch(() => null),
    addReleases: store =>
      store.imports
        .addReleases('other', { id: of('id'), holder: of('holder'), at, cursor: null, releases: [] })
        .catch(() => null),
    end: store => store.imports.end('other', of('id'), of('holder'), at).catch(() => null),
    undo: store => store.imports.undo('other', of('id'), 10, at).catch(() => null),
  },
  metrics: { record: 'row', addJobs: 'row', since: store => store.metrics.since('other', '2020-01-01T00:00:00.000Z') },
  monitors: {
    sync: store => store.monitors.sync('other', of('environment'), []),
    save: 'row',
    list: store => store.monitors.list('other'),
    checks: store => store.monitors.checks('other', of('monitor_id'), 100),
    change: store =>
      store.monitors.change('other', of('id'), known => known && { monitor: { ...known, streak: 9 }, check: null }),
    remove: store => store.monitors.remove('other', of('id')).then(() => null),
  },
  alerts: {
    open: store => store.alerts.open('other'),
    save: 'row',
    saveAndTell: 'row',
    addTraffic: 'row',
    traffic: store => store.alerts.traffic('other', { environment: of('environment'), from: at, to: of24h }),
    trafficSeries: store =>
      store.alerts.trafficSeries('other', { environment: of('environment'), from: at, to: of24h, bucketMs: 60_000 }),
  },
  incidents: {
    nextNumber: store => store.incidents.nextNumber('other'),
    apply: 'row',
    get: store => store.incidents.get('other', 1),
    list: store => store.incidents.list('other', {}),
    entries: store => store.incidents.entries('other', 1),
    addEntry: 'row',
  },
  outbox: {
    add: 'row',
    claim: store => store.outbox.claim(of24h, 1_000, 100, 'other'),
    nextDue: store => store.outbox.nextDue('other'),
    sent: 'server',
    failed: 'server',
    unneeded: 'server',
    forIncident: store => store.outbox.forIncident('other', 1),
    newest: store => store.outbox.newest('other'),
    ofKey: store => store.outbox.ofKey('other', of('dedup_key')),
  },
  tries: { count: 'server', takeBack: 'server', forget: 'server', prune: 'server' },
  git: {
    refs: store => store.git.refs('other'),
    packs: store => store.git.packs('other'),
    push: async store =>
      void expect(
        await store.git.push('other', {
          ...{ id: '1', actor: 'a', object: null },
          updates: [{ ref: of('ref'), before: of('sha'), after: 'b' }],
        }),
      ).toBeNull(),
    repack: 'row',
    forget: store => store.git.forget('other').then(() => null),
  },
  pushes: {
    expect: 'row',
    of: store => store.pushes.of('other', of('ref')),
    open: store => store.pushes.open('other'),
    left: 'server',
    done: store => store.pushes.done('other', of('id')).then(() => null),
    forget: store => store.pushes.forget('other', of('id')).then(() => null),
  },
  github: {
    connection: store => store.github.connection('other'),
    saveConnection: 'row',
    identify: store => store.github.identify('other', { repository: 'acme/shop', repositoryId: 1 }).then(() => null),
    removeConnection: store => store.github.removeConnection('other'),
    keepDelivery: 'row',
    dueDeliveries: store => store.github.dueDeliveries('other', at, 100),
    lastDelivery: store => store.github.lastDelivery('other'),
    nextDelivery: store => store.github.nextDelivery('other'),
    handled: store => store.github.handled('other', of('id'), { at, failure: null }),
    links: store => store.github.links('other', 'comment', [of('key')]),
    openLinks: store => store.github.openLinks('other', 'comment'),
    saveLink: 'row',
    keepPush: 'row',
    keptPushes: store =>
      store.github.keptPushes('other', [
        { ref: of('ref'), before: of('before_sha'), after: of('after_sha'), actor: { id: 1, login: mark } },
      ]),
    pushesOf: store => store.github.pushesOf('other', [of('shas')]),
  },
  leases: {
    claim: 'row',
    renew: 'server',
    release: 'server',
    releaseAll: 'server',
    held: store => store.leases.held({ project: 'other' }),
    prune: 'server',
  },
  retention: {
    kept: async store =>
      void expect((await store.retention.kept('other')).filter(({ count }) => count > 0)).toEqual([]),
    note: 'row',
    deletions: store => store.retention.deletions('other', 10),
  },
  savedSearches: {
    list: store => store.savedSearches.list('other', of('owner_id')),
    get: store => store.savedSearches.get('other', of('id')),
    add: 'row',
    change: 'row',
    remove: async store => void expect(await store.savedSearches.remove('other', of('id'), at)).toBe(false),
    putBack: store => store.savedSearches.putBack('other', of('id')),
  },
  secrets: {
    list: store => store.secrets.list('other'),
    save: 'row',
    remove: store => store.secrets.remove({ project: 'other', environment: of('environment'), name: of('name') }),
    sealedBy: 'server',
    notSealedBy: 'server',
    reseal: 'server',
  },
  variables: {
    list: store => store.variables.list('other'),
    save: 'row',
    remove: store => store.variables.remove({ project: 'other', environment: of('environment'), name: of('name') }),
  },
  ingestKeys: {
    list: store => store.ingestKeys.list('other'),
    find: 'server',
    add: 'row',
    ensure: 'row',
    own: store => store.ingestKeys.own('other', of('service')),
    rotate: 'row',
    change: store => store.ingestKeys.change('other', of('id'), { origins: [], perMinute: 1 }),
    revoke: store => store.ingestKeys.revoke('other', of('id'), at),
    used: 'server',
  },
  items: {
    keep: 'row',
    list: store => store.items.list('other', { eventId: of('event_id'), limit: 100 }),
    get: store => store.items.get('other', of('id')),
    contents: async store => [...(await store.items.contents('other', [of('id')]))],
  },
  clientSessions: {
    record: 'row',
    health: store => store.clientSessions.health('other', { from: '2020-01-01T00:00:00.000Z' }),
    ofRelease: store => store.clientSessions.ofRelease('other', { ...range, names: [of('release')], bucketMs: 1_000 }),
    begun: store => store.clientSessions.begun('other', range),
  },
  sourceBundles: {
    add: 'row',
    touch: store => store.sourceBundles.touch('other', { checksum: of('checksum'), release: of('release') }, at),
    byDebugIds: store => store.sourceBundles.byDebugIds('other', [of('debug_id')]),
    ofRelease: store => store.sourceBundles.ofRelease('other', of('release')),
    used: store => store.sourceBundles.used('other', of('id'), at).then(() => null),
    list: store => store.sourceBundles.list('other'),
    bytesOf: async store => void expect(await store.sourceBundles.bytesOf('other')).toBe(0),
    remove: async store => void expect(await store.sourceBundles.remove('other', of('id'), of24h)).toBe(false),
  },
  namedReleases: {
    say: 'row',
    get: store => store.namedReleases.get('other', of('version')),
    list: store => store.namedReleases.list('other', 100),
    remove: async store => void expect(await store.namedReleases.remove('other', of('version'))).toBe(false),
  },
  forwards: {
    add: 'row',
    claim: store => store.forwards.claim('other', of('forward'), { ...claimed, now: of24h }),
    settle: 'row',
    trim: async store =>
      void expect(await store.forwards.trim('other', of('forward'), { before: of24h, bytes: 0, at })).toBe(0),
    remove: store => store.forwards.remove('other', of('forward'), at),
    isWaiting: async store => void expect(await store.forwards.isWaiting('other', of('forward'))).toBe(false),
    waiting: store => store.forwards.waiting('other'),
    states: store => store.forwards.states('other'),
    counts: store => store.forwards.counts('other', '2020-01-01T00:00:00.000Z'),
  },
  intakeCounts: { add: 'row', since: store => store.intakeCounts.since('other', '2020-01-01T00:00:00.000Z') },
}

export const isolationRules: Rules = {
  'every table but those of the server says of each row whose it is': async current => {
    const without = (await tables(current)).filter(({ columns }) => !columns.some(({ name }) => name === 'project'))
    expect(without.map(({ table }) => table)).toEqual(ofServer)
  },

  'whoever asks for another project gets nothing of this one, and changes nothing of it': async current => {
    await current.store.access.savePerson({ id: of('person_id'), name: 'Ana', email: null, isServerOwner: false })
    for (const table of await tables(current)) if (!ofServer.includes(table.table)) await fill(current, table)
    const before = await dump(current)
    expect(before).toContain(mark)
    const asked = Object.values(asks).flatMap((port: Record<string, Ask | 'server' | 'row'>) => Object.values(port))
    const answers: unknown[] = []
    for (const ask of asked) if (typeof ask === 'function') answers.push(await ask(current.store))
    expect(answers.length).toBeGreaterThan(50)
    expect(JSON.stringify(answers)).not.toContain(mark)
    expect(await dump(current)).toEqual(before)
  },
}

const claimed = { leaseMs: 1_000, rows: 100, bytes: 1_000_000, except: [] }

interface Table {
  table: string
  columns: { name: string; type: string }[]
}

async function tables({ database }: Current): Promise<Table[]> {
  const text = `select table_name as "table", json_agg(json_build_object('name', column_name, 'type', data_type)) as columns
    from information_schema.columns
    where table_schema = 'gantry' and table_name !~ '_[0-9]{4}_[0-9]{2}_[0-9]{2}$' and is_generated = 'NEVER' and is_identity = 'NO' group by 1 order by 1`
  return (await rowsOf({ database }, text)).map(
    ([table, columns]) => ({ table, columns: JSON.parse(String(columns)) }) as Table,
  )
}

/** One row of theirs in whatever table there is, with their mark in every text. */
async function fill({ database }: Current, { table, columns }: Table): Promise<void> {
  const values = columns.map(({ name, type }) => markedValue(name, type))
  const names = columns.map(({ name }) => `"${name}"`).join(', ')
  await database.exec(`insert into gantry.${table} (${names}) values (${values.join(', ')}) on conflict do nothing`)
}

function markedValue(name: string, type: string): string {
  if (name === 'project') return `'${mark}'`
  if (type === 'ARRAY') return `array['${of(name)}']`
  if (type === 'json' || type === 'jsonb') return `'{"${mark}": "${of(name)}"}'`
  if (type === 'boolean') return 'false'
  if (type === 'bytea') return `'\\x00'`
  if (type === 'date') return `'2026-01-01'`
  if (type.startsWith('timestamp')) return `'${at}'`
  if (type === 'bigint' || type === 'integer' || type === 'smallint') return '1'
  return `'${of(name)}'`
}

async function dump(current: Current): Promise<string> {
  const all: unknown[] = []
  for (const { table, columns } of await tables(current))
    if (columns.some(({ name }) => name === 'project'))
      all.push(await rowsOf(current, `select to_json(t) as row from gantry.${table} as t where project = '${mark}'`))
  return JSON.stringify(all)
}

async function rowsOf({ database }: Pick<Current, 'database'>, text: string): Promise<unknown[][]> {
  const { rows } = await database.session(session => session.query(text, []))
  return rows
}
