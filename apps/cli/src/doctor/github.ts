import { protectionDifference } from '../github/protection.ts'
import { wantedOnGitHub } from '../github/wanted.ts'
import { defineExamination, type Problem } from './examination.ts'

/** Branch protection and environments on GitHub against what the repository says; only when it was asked for. */
export const github = defineExamination({
  name: 'GitHub',
  asks: 'github',
  async examine({ github: place, config, workflows }) {
    if (place === null || config === null) return []
    const { changes } = await protectionDifference(place, wantedOnGitHub(config, workflows))
    return changes.map(
      ({ what, now, wanted }): Problem => ({
        severity: 'error',
        message: `${what}: ${now}, expected ${wanted}`,
        fix: 'gantry github protect, which shows the change first',
      }),
    )
  },
})
