import { posix } from 'node:path'
import { GantryError } from '@gantry/core'
import type { Config } from '@gantry/core/config'
import { namesInFlyToml } from '@gantry/delivery'
import { describeRepository } from '@gantry/init'
import { freshMarks } from '../env/environment-files.ts'
import { envVendors, namesAt } from '../env/vendors/index.ts'
import type { EnvVendor } from '../env/vendors/vendor.ts'
import { defineExamination, type Examined, type Problem } from './examination.ts'

/** Names that code of services reads, against those their vendors have; only when vendors were asked for. Values stay there. */
export const atVendors = defineExamination({
  name: 'variables at vendors',
  asks: 'vendors',
  async examine(examined) {
    const { config, vendorEnv } = examined
    if (config === null || vendorEnv === null) return []
    const problems: Problem[] = []
    for (const [service, { path, deploy }] of Object.entries(config.services)) {
      const vendor = envVendors.find(({ key }) => key === deploy.provider)
      const byFile = namesByFile({ path, deploy }, examined)
      if (!Array.isArray(byFile)) {
        problems.push(byFile)
        continue
      }
      const read = namesReadIn(examined, path).filter(name => !isGiven(name, deploy) && !byFile.includes(name))
      if (!vendor || read.length === 0) continue
      // A service may name another variable for its token.
      const token = typeof deploy['tokenEnv'] === 'string' ? deploy['tokenEnv'] : vendor.token
      if (!vendorEnv[token]) {
        problems.push(notAsked(service, vendor.name, token))
        continue
      }
      for (const environment of Object.keys(config.environments)) {
        const place = vendor.placeOf(deploy, environment)
        if (place !== null)
          problems.push(
            ...(await compared({ service, environment, vendor, place }, read, {
              ...vendorEnv,
              [vendor.token]: vendorEnv[token],
            })),
          )
      }
    }
    return problems
  },
})

interface AskedPlace {
  service: string
  environment: string
  vendor: EnvVendor
  place: string
}

async function compared(
  asked: AskedPlace,
  read: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Promise<Problem[]> {
  const { service, environment, vendor, place } = asked
  try {
    const { names } = await namesAt(asked, env, freshMarks())
    return read
      .filter(name => !names.has(name))
      .map(name => ({
        severity: 'warning',
        message: `${service} in ${environment}: ${vendor.name} ${place} has no ${name}, which its code reads`,
        fix: vendor.howToSet(name, place),
      }))
  } catch (cause) {
    if (!(cause instanceof GantryError) || cause.code !== 'VENDOR_REFUSED') throw cause
    const fix = `Look whether ${place} is there, and whether ${vendor.token} may read it.`
    return [{ severity: 'error', message: `${service} in ${environment}: ${cause.message}`, fix }]
  }
}

const notAsked = (service: string, name: string, token: string): Problem => ({
  severity: 'warning',
  message: `${service}: ${name} was not asked, for ${token} is not set`,
  fix: `Set ${token} and type it again; a token that may read is enough.`,
})

function namesReadIn({ files }: Examined, path: string): string[] {
  const facts = describeRepository(files)
  if ('reason' in facts) return []
  return facts.env.flatMap(({ name, packages }) => (packages.includes(path) && !ofTheMachine.test(name) ? [name] : []))
}

/** What the machine or the vendor sets by itself. */
const ofTheMachine =
  /^(PORT|HOST|HOSTNAME|NODE_ENV|CI|TZ|HOME|PATH|(FLY|VERCEL|RENDER)(_\w+)?|SENTRY_(RELEASE|ENVIRONMENT))$/

/** What fly.toml hands over. What it has wrong is said instead. */
function namesByFile(
  { path, deploy }: Pick<Config['services'][string], 'path' | 'deploy'>,
  { files }: Examined,
): string[] | Problem {
  const file = String(deploy['config'] ?? posix.join(path, 'fly.toml'))
  const text = deploy.provider === 'fly' ? files.texts.get(file) : undefined
  try {
    return text === undefined ? [] : namesInFlyToml(text)
  } catch (cause) {
    const message = `${file} is not understood: ${cause instanceof Error ? cause.message : cause}`
    return {
      severity: 'error',
      message,
      fix: 'Mend it: it is read the same way when the service is deployed.',
      path: file,
    }
  }
}

/** What the deployment hands over by its settings. */
const isGiven = (name: string, deploy: Readonly<Record<string, unknown>>): boolean =>
  ['secrets', 'env'].some(key => {
    const names = deploy[key]
    return Array.isArray(names) && names.includes(name)
  })
