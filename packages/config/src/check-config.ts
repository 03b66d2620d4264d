import { isPreview, previewPlace } from '@gantry/core'
import type { Config } from '@gantry/core/config'
import type { ConfigFault } from './config-fault.ts'

/** What a schema cannot say: things must lead somewhere. */
export const checkConfig = (config: Config): ConfigFault[] => [
  ...serviceFaults(config),
  ...environmentFaults(config),
  ...channelFaults(config),
]

function serviceFaults({ services }: Config): ConfigFault[] {
  const names = Object.keys(services)
  if (names.length === 0) return [{ path: 'services', message: 'expected at least one service' }]
  const circle = circleIn(names, name => services[name]?.needs ?? [])
  return circle
    ? [{ path: `services.${circle[0]}.needs`, message: `services wait for each other: ${circle.join(' → ')}` }]
    : []
}

function environmentFaults({ environments, previews }: Config): ConfigFault[] {
  const names = Object.keys(environments)
  const taken = names.filter(name => isPreview(name) || (previews && name === previewPlace))
  if (taken.length > 0)
    return taken.map(name => ({
      path: `environments.${name}`,
      message: 'expected another name: this one is of the previews of pull requests',
    }))
  const nowhere = Object.entries(environments).filter(([, { from, on }]) => from === undefined && on === undefined)
  if (nowhere.length > 0)
    return nowhere.map(([name]) => ({
      path: `environments.${name}`,
      message: 'expected `on` (a branch) or `from` (an environment), so that something is deployed here',
    }))
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

/** What is told waits under the channel's name: two that share one must be one. */
function channelFaults({ routes }: Config): ConfigFault[] {
  const first = new Map<string, string>()
  return routes.flatMap(({ to }, route) =>
    to.flatMap((channel, index): ConfigFault[] => {
      const said = JSON.stringify(Object.entries(channel).toSorted())
      const known = first.get(channel.name)
      first.set(channel.name, known ?? said)
      if (known === undefined || known === said) return []
      const message = `another channel is called "${channel.name}" and is set differently; name one of them otherwise`
      return [{ path: `routes.${route}.to.${index}.name`, message }]
    }),
  )
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
