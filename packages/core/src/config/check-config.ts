import { isPrivateHost } from '../monitor/private-address.ts'
import { didYouMean } from '../words/nearest-word.ts'
import type { Config } from './config.ts'
import type { ConfigFault } from './parse-config.ts'

/** What a schema cannot say: names must be names of something, and things must lead somewhere. */
export function checkConfig(config: Config): ConfigFault[] {
  return [...serviceFaults(config), ...environmentFaults(config), ...monitorFaults(config), ...alertFaults(config)]
}

function serviceFaults({ services }: Config): ConfigFault[] {
  const names = Object.keys(services)
  if (names.length === 0) return [{ path: 'services', message: 'expected at least one service' }]
  const unknown = Object.entries(services).flatMap(([name, service]) =>
    service.needs.flatMap((needed, index) => named(`services.${name}.needs.${index}`, needed, names, 'service')),
  )
  if (unknown.length > 0) return unknown
  const circle = circleIn(names, name => services[name]?.needs ?? [])
  return circle
    ? [{ path: `services.${circle[0]}.needs`, message: `services wait for each other: ${circle.join(' → ')}` }]
    : []
}

function environmentFaults({ environments }: Config): ConfigFault[] {
  const names = Object.keys(environments)
  const faults = Object.entries(environments).flatMap(([name, environment]): ConfigFault[] => {
    const path = `environments.${name}`
    const { from, on } = environment
    if (from === undefined && on === undefined) {
      return [
        { path, message: 'expected `on` (a branch) or `from` (an environment), so that something is deployed here' },
      ]
    }
    return from === undefined ? [] : named(`${path}.from`, from, names, 'environment')
  })
  if (faults.length > 0) return faults
  const roots = Object.entries(environments).filter(([, environment]) => environment.from === undefined)
  if (roots.length !== 1) {
    const found = roots.length === 0 ? 'none' : roots.map(([name]) => name).join(' and ')
    return [
      { path: 'environments', message: `expected exactly one without \`from\`, where the line begins; found ${found}` },
    ]
  }
  const circle = circleIn(names, name => [environments[name]?.from ?? []].flat())
  return circle
    ? [{ path: `environments.${circle[0]}.from`, message: `environments lead to each other: ${circle.join(' → ')}` }]
    : []
}

function monitorFaults({ monitors, services }: Config): ConfigFault[] {
  return Object.entries(monitors).flatMap(([name, monitor]): ConfigFault[] => {
    const path = `monitors.${name}`
    if ((monitor.service === undefined) === (monitor.url === undefined)) {
      return [{ path, message: 'expected either `service` or `url`' }]
    }
    if (monitor.url !== undefined) return addressFaults(`${path}.url`, monitor.url)
    return named(`${path}.service`, monitor.service ?? '', Object.keys(services), 'service')
  })
}

/** An address that may not be probed is a fault of the config, and never an outage of what is there. */
function addressFaults(path: string, address: string): ConfigFault[] {
  const { protocol, hostname } = new URL(address)
  if (!/^https?:$/.test(protocol)) return [{ path, message: `expected an http or https address, got ${protocol}` }]
  if (!isPrivateHost(hostname)) return []
  const message = `${hostname} is an address of this network, which monitors may not reach: watch a service of the config by \`service\``
  return [{ path, message }]
}

function alertFaults({ alerts, monitors, environments }: Config): ConfigFault[] {
  return Object.entries(alerts).flatMap(([name, alert]) => [
    ...(alert.rule === 'down' ? named(`alerts.${name}.monitor`, alert.monitor, Object.keys(monitors), 'monitor') : []),
    ...alert.environments.flatMap((each, index) =>
      named(`alerts.${name}.environments.${index}`, each, Object.keys(environments), 'environment'),
    ),
  ])
}

function named(path: string, name: string, known: string[], what: string): ConfigFault[] {
  return known.includes(name) ? [] : [{ path, message: `there is no ${what} "${name}"${didYouMean(name, known)}` }]
}

/** The first way found that comes back to where it began, or null. */
function circleIn(names: string[], next: (name: string) => string[]): string[] | null {
  const sound = new Set<string>()
  const walk = (name: string, path: string[]): string[] | null => {
    const start = path.indexOf(name)
    if (start !== -1) return [...path.slice(start), name]
    if (sound.has(name)) return null
    for (const each of next(name)) {
      const circle = walk(each, [...path, name])
      if (circle) return circle
    }
    sound.add(name)
    return null
  }
  for (const name of names) {
    const circle = walk(name, [])
    if (circle) return circle
  }
  return null
}
