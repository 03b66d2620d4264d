import { envNamesIn } from '@gantry/config'
import type { Config } from '@gantry/core/config'
import { describeRepository, servicesOf } from '@gantry/init'
import { defineExamination, type Examined, type Problem } from './examination.ts'

const at = { path: 'gantry.config.ts' }

/** What gantry.config.ts says of vendors, against the files vendors keep in the repository and the workflows that deploy. */
export const vendors = defineExamination({
  name: 'vendors',
  examine({ config, files }) {
    if (config === null) return []
    return [...namedOtherwise(config, files), ...withoutFlyToml(config, files), ...secretsNotHanded(config, files)]
  },
})

/** A service whose folder has the file of a vendor, and that is deployed elsewhere. */
function namedOtherwise(config: Config, files: Examined['files']): Problem[] {
  const facts = describeRepository(files)
  if ('reason' in facts) return []
  return servicesOf(facts).flatMap((found): Problem[] => {
    const [name, said] = Object.entries(config.services).find(([, { path }]) => path === found.dir) ?? []
    const vendor = String(found.deploy['provider'])
    if (!said || vendor === 'local' || vendor === 'supabase') return []
    if (said.deploy.provider === 'local') {
      const message = `service ${name}: the files in ${found.dir} deploy it to ${vendor}, gantry.config.ts to the server's machine`
      return [
        { severity: 'warning', message, fix: `Write deploy: ${vendor}({ … }), as a fresh gantry init would.`, ...at },
      ]
    }
    if (vendor !== 'fly' || said.deploy.provider !== 'fly') return []
    const known = Object.values(Object(found.deploy['app'])).map(String)
    const named = Object.keys(config.environments).map(environment => appIn(said.deploy['app'], environment))
    if (named.some(app => known.includes(app))) return []
    const message = `service ${name}: gantry.config.ts deploys it to ${named.join(' and ')}, and its fly.toml is of ${known.at(-1)}`
    return [{ severity: 'warning', message, fix: 'Name the app in gantry.config.ts as fly.toml does.', ...at }]
  })
}

function appIn(app: unknown, environment: string): string {
  if (typeof app === 'string') return app.replaceAll('{environment}', environment)
  return String(Object(app)[environment] ?? '(no app)')
}

function withoutFlyToml({ services }: Config, { paths }: Examined['files']): Problem[] {
  return Object.entries(services).flatMap(([name, { path, deploy }]): Problem[] => {
    if (deploy.provider !== 'fly') return []
    const file = String(deploy['config'] ?? (path === '.' ? 'fly.toml' : `${path}/fly.toml`))
    if (paths.includes(file)) return []
    const message = `service ${name}: there is no ${file}, which says what its machines are`
    return [
      { severity: 'error', message, fix: 'fly launch --no-deploy writes one; `config` names one elsewhere.', ...at },
    ]
  })
}

/** Names alone: what a vendor is asked with is in the job that deploys, or nowhere. */
function secretsNotHanded(config: Config, { texts }: Examined['files']): Problem[] {
  const deploying = [...texts].filter(
    ([path, text]) => /^\.github\/workflows\/[^/]+\.ya?ml$/.test(path) && /\bgantry (deploy|rollback)\b/.test(text),
  )
  if (deploying.length === 0) return []
  const needed = envNamesIn(config).filter(
    ({ path, adapter, isSecret, whenLeftOut }) =>
      path.startsWith('services.') && adapter !== 'local' && isSecret && whenLeftOut === undefined,
  )
  return [...Map.groupBy(needed, ({ name }) => name)].flatMap(([name, asked]): Problem[] => {
    const missing = deploying.filter(([, text]) => !text.includes(name))
    return missing.map(([path]) => ({
      severity: 'error',
      message: `${path} does not hand ${name} to its job, and ${asked[0]?.path} needs it`,
      fix: `Add \`${name}: \${{ secrets.${name} }}\` to the env of the step that runs gantry.`,
      path,
    }))
  })
}
