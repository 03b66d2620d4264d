import { randomUUID } from 'node:crypto'
import type { StepOutcome } from '@gantry/core'
import { stepDone, stepFailed } from '../step-outcome.ts'
import { bakedForOthers, bakedValues } from './baked-values.ts'
import { isBuildOutput } from './output-files.ts'
import { withFiles } from './stage.ts'
import { stepIds, type VercelScene } from './vercel-scene.ts'

/** Before anything is created: the project is there, the files are what Vercel takes, and hold no other environment's values. */
export async function check(scene: VercelScene): Promise<StepOutcome> {
  const { api, facts, context } = scene
  const project = await api.project()
  const { environment, settings } = facts
  const serving = project.targets?.production?.meta?.['gantryEnvironment']
  if (scene.alias === null && !scene.isPreview && typeof serving === 'string' && serving !== environment)
    return stepFailed(`production of the project ${project.name} is ${serving}`, [
      `give ${environment} a project of its own (project: '${settings.project}-{environment}'), or a domain in aliases`,
    ])
  return withFiles(scene, async files => {
    if (!isBuildOutput(files))
      return stepFailed('the artifact has no config.json of the Build Output API', [
        'run `vercel build --prod` before `gantry release` and let the artifact be .vercel/output, or set static: {} for plain files',
      ])
    const salt = randomUUID()
    const own = await bakedValues(files, context.env, settings.baked, salt)
    const wrong = bakedOfOthers(scene, own)
    if (wrong) return wrong
    const answer = { attempt: salt, salt, ...own }
    return stepDone(`${files.length} files; ${told(own)}`, answer)
  })
}

const told = ({ baked, readAtRunTime }: { baked: Record<string, string>; readAtRunTime: string[] }): string => {
  const names = Object.keys(baked)
  const parts = [
    names.length > 0 ? `baked in: ${names.join(', ')}` : 'no value of this environment baked in',
    ...(readAtRunTime.length > 0 ? [`read at run time: ${readAtRunTime.join(', ')}`] : []),
  ]
  return parts.join('; ')
}

/** This release was built once: what another environment found of its own values in it is in it here as well. */
function bakedOfOthers(
  { facts, context }: VercelScene,
  own: Awaited<ReturnType<typeof bakedValues>>,
): StepOutcome | null {
  for (const { environment, answers } of facts.earlier) {
    const answer = answers[stepIds(facts.service).check]
    if (environment === facts.environment || answer === undefined) continue
    const other = { baked: Object(answer['baked']), salt: String(answer['salt']) }
    const names = bakedForOthers(other, own, context.env)
    if (names.length > 0)
      return stepFailed(
        `the build holds ${environment}'s ${names.join(', ')}, and ${facts.environment} has another value`,
        [
          'a value baked into a build is the same everywhere the build goes: read it at run time, or build with the value of production',
        ],
      )
  }
  return null
}
