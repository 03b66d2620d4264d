import { posix } from 'node:path'
import { envNamesIn } from '@gantry/config'
import type { Config } from '@gantry/core/config'
import { describeRepository, looseJson, servicesOf, servicesOfBlueprint } from '@gantry/init'
import { namedIn } from '../env/vendors/vendor.ts'
import { defineExamination, type Examined, type Problem } from './examination.ts'

const at = { path: 'gantry.config.ts' }

/** What gantry.config.ts says of vendors, against the files vendors keep in the repository and the workflows that deploy. */
export const vendors = defineExamination({
  name: 'vendors',
  examine({ config, files }) {
    if (config === null) return []
    return [
      ...namedOtherwise(config, files),
      ...withoutFlyToml(config, files),
      ...notInBlueprint(config, files),
      ...linkedElsewhere(config, files),
      ...secretsNotHanded(config, files),
    ]
  },
})

/** A service whose folder has the file of a vendor, and that is deployed elsewhere. */
function namedOtherwise(config: Config, files: Examined['files']): Problem[] {
  const facts = describeRepository(files)
  if ('reason' in facts) return []
  return servicesOf(facts).flatMap((found): Problem[] => {
    const [name, said] = Object.entries(config.services).find(([, { path }]) => path === found.dir) ?? []
    const vendor = String(found.deploy['provider'])
    if (!said || ['local', 'supabase'].includes(vendor) || said.deploy.provider === 'command') return []
    if (said.deploy.provider !== vendor) {
      const where = said.deploy.provider === 'local' ? "the server's machine" : said.deploy.provider
      const message = `service ${name}: the files in ${found.dir} deploy it to ${vendor}, gantry.config.ts to ${where}`
      return [
        { severity: 'warning', message, fix: `Write deploy: ${vendor}({ … }), as a fresh gantry init would.`, ...at },
      ]
    }
    if (vendor !== 'fly') return []
    const known = Object.values(Object(found.deploy['app'])).map(String)
    const named = Object.keys(config.environments).flatMap(each => namedIn(said.deploy['app'], each) ?? [])
    if (named.length === 0 || named.some(app => known.includes(app))) return []
    const message = `service ${name}: gantry.config.ts deploys it to ${named.join(' and ')}, and its fly.toml is of ${known.at(-1)}`
    return [{ severity: 'warning', message, fix: 'Name the app in gantry.config.ts as fly.toml does.', ...at }]
  })
}

/** Services of Render that its blueprint does not have, none of them; where there is no blueprint they were made by hand. */
function notInBlueprint(config: Config, { texts }: Examined['files']): Problem[] {
  const known = servicesOfBlueprint(texts.get('render.yaml') ?? '')
  if (known.length === 0) return []
  return Object.entries(config.services).flatMap(([name, { deploy }]): Problem[] => {
    if (deploy.provider !== 'render') return []
    // What a variable of the job says is not known here.
    const named = Object.keys(config.environments).flatMap(each => namedIn(deploy['service'], each) ?? [])
    if (named.length === 0 || named.some(each => known.includes(each) || each.startsWith('srv-'))) return []
    const message = `service ${name}: gantry.config.ts deploys it to ${named.join(' and ')}, and render.yaml has ${known.join(', ')}`
    return [{ severity: 'warning', message, fix: 'Name the service as render.yaml does, or add it there.', ...at }]
  })
}

/** A project of Vercel that is not the one the folder is linked to; one for each environment is never the linked one alone. */
function linkedElsewhere(config: Config, { texts }: Examined['files']): Problem[] {
  return Object.entries(config.services).flatMap(([name, { path, deploy }]): Problem[] => {
    const project = String(deploy['project'])
    if (deploy.provider !== 'vercel' || project.includes('{')) return []
    const link = looseJson(texts.get(posix.join(path, '.vercel/project.json')) ?? '')
    const linked = ['projectName', 'projectId'].flatMap(key => Object(link)[key] ?? [])
    // What deploy.yml leaves for a build without an account names none.
    if (linked.length === 0 || linked.includes(project) || linked.includes('none')) return []
    const message = `service ${name}: gantry.config.ts deploys it to the project ${project}, and ${path} is linked to ${linked[0]}`
    return [
      {
        severity: 'warning',
        message,
        fix: 'Name the project as it is linked, or `vercel link` the folder anew.',
        ...at,
      },
    ]
  })
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
