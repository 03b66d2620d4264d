import { checkRepositoryEnv } from '../env/check-repository.ts'
import { defineExamination } from './examination.ts'

/** `.env.example` against what code reads and what each environment has; on GitHub only when it was asked for. */
export const environments = defineExamination({
  name: 'environment variables',
  async examine({ top, isGit, github, configProblem }) {
    // A config that cannot be read names no environments; that is said of the config.
    if (!isGit || configProblem !== null) return []
    const { examples, findings } = await checkRepositoryEnv(top, { github, places: [], env: {} })
    if (examples.length === 0) {
      const message = 'there is no .env.example, so nobody can tell which variables an environment needs'
      return [{ severity: 'warning', message, fix: 'gantry init, which writes one from what the code reads' }]
    }
    return findings
  },
})
