import { configWith } from '@gantry/config/testing'
import type { AdapterKind } from '@gantry/core/config'

/** Asks the performing half for what a config says, by the way the product asks it: one for each kind. */
export const performs: Partial<Record<AdapterKind, (said: unknown) => Promise<unknown>>> = {
  async channel(said) {
    const [{ createCourier }, { memoryOutbox, notice }, { parseConfig }] = await Promise.all([
      import('../../packages/watch/src/index.ts'),
      import('../../packages/watch/src/testing/memory-outbox.ts'),
      import('@gantry/config'),
    ])
    const [channel] = parseConfig(configWith('channel', said)).routes.flatMap(({ to }) => to)
    const outbox = memoryOutbox()
    await outbox.add([{ project: 'shop', channel: channel?.name ?? '', notice: notice() }])
    const sent: { url: string; body: unknown }[] = []
    const courier = createCourier({
      outbox,
      channelOf: async () => channel ?? null,
      env: { PIGEON_FOOD: 'peas' },
      fetch: async (url, init) => {
        sent.push({ url: String(url), body: JSON.parse(String(init?.body)) })
        return new Response()
      },
      now: () => new Date(notice().at),
      onError: cause => {
        throw cause
      },
    })
    await courier.look()
    await courier.idle()
    return { ...sent[0], state: outbox.rows[0]?.state }
  },
  async provider(said) {
    const [{ bindServices }, { parseConfig }] = await Promise.all([
      import('../../packages/delivery/src/index.ts'),
      import('@gantry/config'),
    ])
    const [service] = await bindServices(parseConfig(configWith('provider', said)))
    const facts = { project: 'shop', environment: 'staging', former: null, kind: 'deploy', isKept: false, retire: [] }
    const [step] = service?.plan(facts as never) ?? []
    return { kind: service?.kind, outcome: step && (await service?.perform(step, facts as never, {} as never)) }
  },
  async probe(said) {
    const [{ probeFor }, { parseConfig }] = await Promise.all([
      import('../../packages/watch/src/index.ts'),
      import('@gantry/config'),
    ])
    const monitor = parseConfig(configWith('probe', said)).monitors['home']
    if (!monitor) throw new Error('expected the monitor')
    const { acts, settings } = await probeFor(monitor)
    const target = acts.targetOf(settings, 'http://x/')
    const { isOk } = await acts.check(target ?? '', settings, { timeoutMs: 1_000, allowPrivate: true })
    return { target, isOk }
  },
  async rule(said) {
    const [{ factsOf, judgeRule }, { parseConfig }] = await Promise.all([
      import('../../packages/core/src/index.ts'),
      import('@gantry/config'),
    ])
    const rule = parseConfig(configWith('rule', said)).alerts['bad']
    if (!rule) throw new Error('expected the rule')
    const about = {
      name: 'bad',
      project: 'shop',
      environment: 'staging',
      release: null,
      now: '2026-11-27T12:00:00.000Z',
    }
    const { changes, againInMs } = judgeRule(rule, { traffic: [] }, { ...about, newId: () => 'a', open: [] })
    return { asked: Object.keys(factsOf(rule)), fires: changes[0]?.alert.summary, againInMs }
  },
  async gate(said) {
    const [{ gateFactsOf, judgeGates }, { parseConfig }] = await Promise.all([
      import('../../packages/core/src/index.ts'),
      import('@gantry/config'),
    ])
    const gates = parseConfig(configWith('gate', said)).environments['staging']?.gates ?? []
    const moment = { release: { id: 'a' }, environment: 'staging', now: '2026-11-27T12:00:00.000Z' }
    const results = judgeGates(gates, { newIssues: { count: 0, titles: [] } }, moment)
    return {
      asked: [...gateFactsOf(gates)],
      results: results.map(({ gate, title, state }) => ({ gate, title, state })),
    }
  },
  async protocol(name) {
    const { loadProtocols } = await import('../../packages/ingest/src/index.ts')
    const protocol = (await loadProtocols()).find(({ settings }) => settings.name === name)
    if (!protocol) throw new Error('expected the protocol')
    const { IngestConfig } = await import('../../packages/core/src/config/index.ts')
    const asked = { path: protocol.paths[0], params: {}, query: {}, headers: {} }
    const about = { project: 'shop', service: null, receivedAt: '2026-11-27T12:00:00.000Z', newId: 'n' }
    const sender = { ...about, settings: IngestConfig.parse({}) }
    const { items, id } = protocol.read(Buffer.from('boom'), asked).items(sender)
    return { paths: protocol.paths, items, body: protocol.answer(id, [], asked).body }
  },
}
