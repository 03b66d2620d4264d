import type { AdapterKind } from '@gantry/core/config'

/** A config in which something is said in the place of a kind of adapter. */
export function configWith(kind: AdapterKind, said: unknown): object {
  const deploy = { provider: 'local', kind: 'static' }
  return {
    project: 'shop',
    services: { backend: { path: '.', deploy: kind === 'provider' ? said : deploy } },
    environments: { staging: { on: 'main', gates: kind === 'gate' ? [said] : [] } },
    monitors: { home: kind === 'probe' ? said : { type: 'http', service: 'backend' } },
    alerts: kind === 'rule' ? { bad: { environments: ['staging'], ...Object(said) } } : {},
    ...(kind === 'forward' && { forwards: { other: said } }),
    routes: kind === 'channel' ? [{ to: [said] }] : [],
  }
}
