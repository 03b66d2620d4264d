import { GantryError, type Release, type WayBackLook, type WayBackQuestions } from '@gantry/core'
import { type Config, requireEnvironment } from '@gantry/core/config'
import type { Delivery } from '@gantry/delivery'
import type { ProjectHome } from '../project/project-home.ts'

export interface WayBackLooksParts {
  project: Pick<ProjectHome, 'current'>
  machine: Pick<Delivery, 'wayBackQuestions' | 'keepLooks'>
  configAt(sha: string): Promise<Config>
  now(): Date
  /** Whoever judges whether there is a way back looks at what was said. */
  onSaid(): void
}

/** What a job with the credentials of an environment asks its vendors, and what they said: the server itself cannot ask them. */
export interface WayBackLooks {
  questions(environment: string): Promise<WayBackQuestions>
  keep(environment: string, looks: readonly Omit<WayBackLook, 'at'>[]): Promise<void>
}

export function wayBackLooks({ project, machine, configAt, now, onSaid }: WayBackLooksParts): WayBackLooks {
  const configured = async (environment: string) => {
    const { name, config } = await project.current()
    if (!config) throw new GantryError('CONFIG_MISSING', 'nothing with a gantry.config.ts was pushed to main yet')
    requireEnvironment(config, environment)
    return { project: name, config, environment }
  }
  return {
    async questions(environment) {
      const configOf = ({ sha }: Release) => configAt(sha)
      return machine.wayBackQuestions({ ...(await configured(environment)), configOf })
    },
    async keep(environment, looks) {
      const at = now().toISOString()
      const place = await configured(environment)
      await machine.keepLooks(
        place,
        looks.map(look => ({ ...look, at })),
      )
      onSaid()
    },
  }
}
