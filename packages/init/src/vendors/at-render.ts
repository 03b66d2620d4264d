import { parse } from 'yaml'
import { fromTop } from '../from-top.ts'
import { isRecord } from '../read-workspace.ts'
import { type AtVendor, isAbout, type OfService } from './vendor-file.ts'

/** A service of Render: the one of render.yaml that names the package. */
export function atRender({ facts, app }: OfService): AtVendor | undefined {
  const text = facts.text('render.yaml') ?? facts.textAtTop('render.yaml')
  if (text === undefined) return undefined
  const found = servicesIn(text).find(service => {
    if (service['rootDir'] === app.dir || service['rootDir'] === fromTop(facts.base, app.dir)) return true
    return service['rootDir'] === undefined && isAbout(facts, app, JSON.stringify(service))
  })
  const name = found?.['name']
  if (!found || typeof name !== 'string') return undefined
  const base = name.replace(/-(production|prod|staging)$/, '')
  const names = new Set(servicesIn(text).map(each => each['name']))
  const production = [`${base}-production`, `${base}-prod`, base].find(each => names.has(each))
  const staging = `${base}-staging`
  const health = found['healthCheckPath']
  return {
    deploy: { provider: 'render', service: { staging, production: production ?? `${base}-production` } },
    ...(typeof health === 'string' && { health }),
    ...((production === undefined || !names.has(staging)) && {
      remark: `render.yaml: each environment needs a service of its own, ${staging} and ${production ?? `${base}-production`}; it has ${name}`,
    }),
  }
}

/** Of every service of a blueprint. */
export const servicesOfBlueprint = (text: string): string[] =>
  servicesIn(text).flatMap(({ name }) => (typeof name === 'string' ? [name] : []))

function servicesIn(text: string): Record<string, unknown>[] {
  let read: unknown
  try {
    read = parse(text)
  } catch {
    // Render would refuse it as well: then it names nothing.
    return []
  }
  const services = isRecord(read) ? read['services'] : undefined
  return Array.isArray(services) ? services.filter(isRecord) : []
}
