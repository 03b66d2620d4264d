import { defineExamination, type Problem } from './examination.ts'

/** gantry.config.ts against the folders and files it names. */
export const config = defineExamination({
  name: 'config',
  examine({ config: read, configProblem, files }) {
    if (read === null) return configProblem ? [configProblem] : []
    const paths = [...files.paths]
    const isThere = (path: string) =>
      /^\.?\/?$/.test(path) || paths.some(each => each === path || each.startsWith(`${path.replace(/\/$/, '')}/`))
    const at = { path: 'gantry.config.ts' }
    const problems: Problem[] = []
    for (const [name, service] of Object.entries(read.services)) {
      if (!isThere(service.path)) {
        const message = `service ${name}: there is no ${service.path}`
        problems.push({
          severity: 'error',
          message,
          fix: 'Name the folder it lives in, or take the service out.',
          ...at,
        })
      }
      const { artifact } = service
      // One that is its own folder is shipped as it lies there.
      const isBuilt = artifact !== undefined && artifact !== service.path
      if (isBuilt && paths.some(path => path.startsWith(`${artifact}/`))) {
        const message = `service ${name}: its artifact ${artifact} is in git, so a stale build can be released`
        problems.push({ severity: 'warning', message, fix: `git rm -r --cached ${artifact}, and ignore it.`, ...at })
      }
      const { migrations } = service.deploy
      if (typeof migrations === 'string' && !isThere(migrations)) {
        const message = `service ${name}: there is no ${migrations}`
        problems.push({
          severity: 'warning',
          message,
          fix: 'Add the first migration there, or name another folder.',
          ...at,
        })
      }
    }
    return problems
  },
})
